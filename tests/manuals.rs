//! Writes the man pages of the four programs, and their completions for bash, zsh and fish, into a folder laid out like
//! `/usr/share`: for `scripts/package.sh`.

use std::error::Error;
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

const PLACES: [(Shell, &str); 3] = [
    (Shell::Bash, "bash-completion/completions"),
    (Shell::Zsh, "zsh/vendor-completions"),
    (Shell::Fish, "fish/vendor_completions.d"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let share = std::env::args_os().nth(1).ok_or("usage: manuals FOLDER")?;
    let programs = [
        udp_time_server::config::Args::command(),
        udp_time_client::config::Args::command(),
        tcp_chat_server::config::Args::command(),
        tcp_chat_client::config::Args::command(),
    ];
    programs.into_iter().try_for_each(|program| write(program, Path::new(&share)))
}

fn write(mut program: Command, share: &Path) -> Result<(), Box<dyn Error>> {
    let name = program.get_name().to_owned();
    for (shell, folder) in PLACES {
        let folder = share.join(folder);
        fs::create_dir_all(&folder)?;
        clap_complete::generate_to(shell, &mut program, &name, folder)?;
    }
    let folder = share.join("man/man1");
    fs::create_dir_all(&folder)?;
    let mut page = Vec::new();
    clap_mangen::Man::new(program).render(&mut page)?;
    Ok(fs::write(folder.join(format!("{name}.1")), page)?)
}
