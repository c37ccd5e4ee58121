//! Many launchers at once, each from an address of the loopback of its own.
//!
//! `storm HOST:PORT LAUNCHERS < PATHS`: every launcher opens one connection and asks for every path of standard input, one a line,
//! one after another. Prints how many answers came, and how many of them were not 200 or broke off.

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let server: SocketAddr = arguments.next().ok_or("name the server")?.parse()?;
    let launchers: u16 = arguments.next().ok_or("say how many launchers")?.parse()?;
    let paths: Arc<[String]> = io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?.into();
    let (began, mut running, mut errors) = (Instant::now(), JoinSet::new(), 0);
    for number in 0..launchers {
        running.spawn(launch(server, number, Arc::clone(&paths)));
    }
    while let Some(ended) = running.join_next().await {
        // Who was cut off has not got the rest either.
        let got = ended?;
        errors += paths.len() - got;
    }
    let (asked, seconds) = (usize::from(launchers) * paths.len(), began.elapsed().as_secs_f64());
    writeln!(io::stdout(), "{asked} requests, {errors} errors, {seconds:.3}s")?;
    Ok(())
}

/// Asks for every path, and gives how many were answered as they should be.
async fn launch(server: SocketAddr, number: u16, paths: Arc<[String]>) -> usize {
    let mut got = 0;
    let Ok(mut connection) = connect(server, number).await else { return got };
    for path in paths.iter() {
        match ask(&mut connection, path).await {
            Ok(true) => got += 1,
            Ok(false) => {}
            Err(_) => break,
        }
    }
    got
}

/// A connection from an address that no other launcher has.
async fn connect(server: SocketAddr, number: u16) -> Result<BufReader<TcpStream>, Failure> {
    let [high, low] = number.to_be_bytes();
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 1 + high, low, 1)), 0))?;
    Ok(BufReader::new(socket.connect(server).await?))
}

/// Whether a path is answered by 200 with a whole body.
async fn ask(connection: &mut BufReader<TcpStream>, path: &str) -> Result<bool, Failure> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: storm\r\n\r\n");
    connection.get_mut().write_all(request.as_bytes()).await?;
    let (mut status, mut line, mut length) = (String::new(), String::new(), 0);
    connection.read_line(&mut status).await?;
    loop {
        line.clear();
        if connection.read_line(&mut line).await? == 0 {
            return Err("the connection ended".into());
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let read = tokio::io::copy(&mut connection.take(length), &mut tokio::io::sink()).await?;
    Ok(status.starts_with("HTTP/1.1 200 ") && read == length)
}
