//! Signing in against a tiny real server, which answers one request and keeps what it was asked.

#![expect(clippy::unwrap_used, reason = "a test may panic, and so may what serves it")]

use kleister_client::types::auth::AuthLogin;
use kleister_client::{Client, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const TOKEN: &str = r#"{"token":"abc","expires_at":"2026-11-24T09:30:00.000Z"}"#;
const OWNER: &str = r#"{"username":"anna","created_at":"2020-01-02T03:04:05.678Z"}"#;

#[tokio::test]
async fn login_gives_a_token() {
    let (client, asked) = serve("200 OK", TOKEN).await;
    let token = client.login(&credentials()).await.unwrap();
    assert_eq!(token.token, "abc");
    assert_eq!(token.expires_at.to_string(), "2026-11-24T09:30:00.000Z");

    let asked = asked.await.unwrap();
    assert!(asked.starts_with("POST /api/v1/auth/login HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("accept: application/json\r\n"), "{asked}");
    assert!(asked.ends_with("\r\n\r\n{\"username\":\"anna\",\"password\":\"correct horse\"}"), "{asked}");
}

#[tokio::test]
async fn wrong_password_is_an_api_error_with_the_servers_words() {
    let body = r#"{"status":401,"message":"Wrong username or password"}"#;
    let (client, _) = serve("401 Unauthorized\r\nretry-after: 3", body).await;
    let error = client.login(&credentials()).await.unwrap_err();
    assert_eq!(error.to_string(), "401 Unauthorized: Wrong username or password");

    let Error::Api { status, reason, headers, body: raw, notice } = error else { panic!("{error:?}") };
    assert_eq!((status, reason, raw.as_str()), (401, "Unauthorized", body));
    assert_eq!(headers["retry-after"], "3");
    assert_eq!(notice.unwrap().message, "Wrong username or password");
}

#[tokio::test]
async fn error_without_a_notice_keeps_its_body() {
    let (client, _) = serve("502 Bad Gateway", "<h1>nginx</h1>").await;
    let error = client.refresh().await.unwrap_err();
    assert_eq!(error.to_string(), "502 Bad Gateway");
    assert!(matches!(error, Error::Api { body, notice: None, .. } if body == "<h1>nginx</h1>"));
}

#[tokio::test]
async fn success_that_is_not_json_is_unreadable() {
    let (client, _) = serve("200 OK", "<h1>Welcome</h1>").await;
    let error = client.login(&credentials()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { status: 200, body, .. } if body == "<h1>Welcome</h1>"));
}

#[tokio::test]
async fn hang_up_is_a_network_error_that_does_not_tell_the_token() {
    let (listener, base) = listen().await;
    let server = tokio::spawn(async move { drop(request(&mut listener.accept().await.unwrap().0).await) });
    let error = Client::new(&base).unwrap().verify("secret").await.unwrap_err();
    server.await.unwrap();

    assert!(matches!(error, Error::Network { .. }));
    assert!(error.to_string().starts_with(&format!("no answer from {base}: ")), "{error}");
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn closed_port_is_a_network_error() {
    let (listener, base) = listen().await;
    drop(listener);
    let error = Client::new(&base).unwrap().refresh().await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot connect to {base}: Connection refused")), "{error}");
}

#[tokio::test]
async fn refresh_sends_the_default_headers() {
    let (mut client, asked) = serve("200 OK", TOKEN).await;
    client.set_header("Authorization", "Bearer old").unwrap();
    client.set_header("authorization", "Bearer abc").unwrap();
    client.refresh().await.unwrap();

    let asked = asked.await.unwrap();
    assert!(asked.starts_with("GET /api/v1/auth/refresh HTTP/1.1\r\n"), "{asked}");
    assert_eq!(asked.matches("authorization:").count(), 1, "{asked}");
    assert!(asked.contains("authorization: Bearer abc\r\n"), "{asked}");
}

#[tokio::test]
async fn verified_token_is_one_segment_of_the_path() {
    for (token, segment) in [("a/b c", "a%2Fb%20c"), ("a%2Fb", "a%252Fb"), ("..", "%252E%252E"), ("", "")] {
        let (client, asked) = serve("200 OK", OWNER).await;
        let owner = client.verify(token).await.unwrap();
        assert_eq!(owner.username, "anna");
        assert_eq!(owner.created_at.to_string(), "2020-01-02T03:04:05.678Z");
        let asked = asked.await.unwrap();
        assert!(asked.starts_with(&format!("GET /api/v1/auth/verify/{segment} HTTP/1.1\r\n")), "{asked}");
    }
}

#[tokio::test]
async fn own_token_is_verified_without_a_segment() {
    let (client, asked) = serve("200 OK", OWNER).await;
    client.verify_own().await.unwrap();
    assert!(asked.await.unwrap().starts_with("GET /api/v1/auth/verify HTTP/1.1\r\n"));
}

#[tokio::test]
async fn redirect_to_another_origin_is_not_followed() {
    let (client, _) = serve("307 Temporary Redirect\r\nlocation: http://elsewhere.invalid/", "").await;
    let error = client.login(&credentials()).await.unwrap_err();
    assert!(
        matches!(error, Error::Api { status: 307, headers, .. } if headers["location"] == "http://elsewhere.invalid/")
    );
}

#[tokio::test]
async fn redirect_within_the_origin_is_followed() {
    let (listener, base) = listen().await;
    let server = tokio::spawn(async move {
        let first = answer(&listener, "307 Temporary Redirect\r\nlocation: /moved", "").await;
        (first, answer(&listener, "200 OK", TOKEN).await)
    });
    Client::new(&base).unwrap().login(&credentials()).await.unwrap();
    let (first, second) = server.await.unwrap();
    assert!(first.starts_with("POST /api/v1/auth/login "), "{first}");
    assert!(second.starts_with("POST /moved ") && second.ends_with("\"correct horse\"}"), "{second}");
}

fn credentials() -> AuthLogin {
    AuthLogin { username: "anna".into(), password: "correct horse".into() }
}

/// A client of a server that gives one answer, and the request that it will have got.
async fn serve(status: &'static str, body: &'static str) -> (Client, JoinHandle<String>) {
    let (listener, base) = listen().await;
    let asked = tokio::spawn(async move { answer(&listener, status, body).await });
    (Client::new(&base).unwrap(), asked)
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api/v1", listener.local_addr().unwrap());
    (listener, base)
}

/// Answers the next connection's request and returns it; `status` may go on with header lines.
async fn answer(listener: &TcpListener, status: &str, body: &str) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let asked = request(&mut stream).await;
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await.unwrap();
    asked
}

/// One request with its body.
async fn request(stream: &mut TcpStream) -> String {
    let mut asked = String::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.unwrap();
        asked += std::str::from_utf8(&chunk[..read]).unwrap();
        if read == 0 || is_whole(&asked) {
            return asked;
        }
    }
}

fn is_whole(asked: &str) -> bool {
    let Some((head, body)) = asked.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
