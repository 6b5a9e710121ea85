//! The command `motebox`: keys and signatures, motes over CoAP, a simulated mote, a demonstration.
#![forbid(unsafe_code)]

mod args;
mod check;
mod client;
mod commands;
mod composition;
mod container;
mod demo;
mod error;
mod excerpt;
mod grants;
mod hex;
mod keyfile;
mod linkformat;
mod mote;
mod radio_args;
mod signing;
mod status;
mod terms;
mod values;
mod words;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::error::{Result, say};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = std::io::stdout();
    let done = run(&cli.command, &mut out);
    let flushed = out.flush();
    match done {
        Ok(code) if flushed.is_ok() => code,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            say!("motebox: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command, out: &mut dyn Write) -> Result<ExitCode> {
    let done = match command {
        Command::Keygen(args) => commands::offline::keygen(args, out),
        Command::Sign(args) => commands::sign::sign(args, out),
        Command::Convert(args) => commands::offline::convert(args, out),
        Command::Verify(args) => commands::offline::verify(args, out),
        Command::Inspect(args) => commands::offline::inspect(args, out),
        Command::Push(args) => commands::push::push(args, out),
        Command::Pull(args) => commands::online::pull(args, out),
        Command::Discover(args) => commands::online::discover(args, out),
        Command::Status(args) => commands::online::status(args, out),
        Command::Log(args) => commands::online::log(args, out),
        Command::Device(args) => commands::device::device(args, out),
        Command::Demo(args) => return demo::demo(args, out),
        Command::Js(args) => return commands::js::js(args, out),
        Command::Sim(args) => commands::sim::sim(args, out),
        Command::Compose(args) => commands::compose::compose(args, out),
    };
    done.map(|()| ExitCode::SUCCESS)
}
