//! The program: `kleister server` runs a server, `kleister admin` and `kleister health` are for those who operate it.

mod progress;

use std::io::{Read, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kleister_server::admin::{self, AdminCommand, Outcome};
use kleister_server::config::flags::{ConfigFlags, HealthFlags, ServerFlags};
use kleister_server::{api, operations, serve};

use crate::progress::ProgressLine;

/// Manages Minecraft mod packs and delivers them to launchers and servers.
#[derive(Parser)]
#[command(name = "kleister", version, propagate_version = true)]
struct Kleister {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Server(ServerFlags),
    /// Operate the server on this machine, whether it runs or not
    Admin {
        #[command(flatten)]
        config: ConfigFlags,
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Ask the running server whether it is well
    Health(HealthFlags),
    /// Print the OpenAPI document of the API
    Openapi,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(Kleister::parse().command)),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(code) => code,
        Err(error) => say(&mut std::io::stderr(), &format!("Error: {error}\n"), ExitCode::FAILURE),
    }
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match command {
        Command::Server(flags) => {
            serve::run(flags.read()?).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Admin { config, command } => {
            let mut input = String::new();
            if command.reads_secret() {
                std::io::stdin().read_to_string(&mut input)?;
            }
            let secret = input.strip_suffix('\n').unwrap_or(&input).to_owned();
            let line = ProgressLine::default();
            let outcome =
                Box::pin(admin::run(config.read()?, command.with_secret(secret)?, &|progress| line.show(&progress)))
                    .await;
            line.clear();
            match outcome? {
                Outcome::Done(text) => Ok(say(&mut std::io::stdout(), &format!("{text}\n"), ExitCode::SUCCESS)),
                Outcome::Bad(text) => Ok(say(&mut std::io::stdout(), &format!("{text}\n"), ExitCode::FAILURE)),
                Outcome::Failed(text) => Err(text.into()),
            }
        }
        Command::Health(flags) => {
            operations::health(&flags.read()?).await?;
            Ok(say(&mut std::io::stdout(), "OK\n", ExitCode::SUCCESS))
        }
        Command::Openapi => Ok(say(&mut std::io::stdout(), &api::openapi::document(), ExitCode::SUCCESS)),
    }
}

/// Writes a text; nobody reading it is no failure.
fn say(to: &mut impl Write, text: &str, code: ExitCode) -> ExitCode {
    let _ = to.write_all(text.as_bytes());
    code
}
