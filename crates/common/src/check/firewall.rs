//! Firewalls of this computer, as far as a program without rights can see them, and the line that opens a port.

use std::path::Path;
use std::process::Command;

use super::{Finding, Protocol};

/// The firewall that is at work, with its line. `ufw` and `firewalld` write rules for `nft`, which is named where neither of
/// them is.
pub(super) async fn active(port: u16, protocol: Protocol) -> Option<Finding> {
    let found = tokio::task::spawn_blocking(move || {
        let root = Path::new("/");
        let table = || Command::new("nft").args(["list", "chains"]).output().ok();
        let chains = || {
            let table = table().filter(|table| table.status.success())?;
            Some(String::from_utf8_lossy(&table.stdout).into_owned())
        };
        of(root, chains, port, protocol)
    });
    // Whoever cannot look has found nothing.
    found.await.ok().flatten()
}

fn of(
    root: &Path,
    chains: impl FnOnce() -> Option<String>,
    port: u16,
    protocol: Protocol,
) -> Option<Finding> {
    // As all three of them write it.
    let word = <&str>::from(protocol).to_ascii_lowercase();
    let (firewall, line) = if has_ufw(root) {
        ("ufw", format!("sudo ufw allow {port}/{word}"))
    } else if has_firewalld(root) {
        ("firewalld", format!("sudo firewall-cmd --add-port={port}/{word}"))
    } else {
        let (family, table, chain) = match chains() {
            Some(chains) => dropping_chain(&chains)?,
            // Only root may list them. Where the rules of the system are loaded at its start, Debian's file has these names.
            None if has_nftables(root) => ("inet".to_owned(), "filter".to_owned(), "input".to_owned()),
            None => return None,
        };
        ("nftables", format!("sudo nft insert rule {family} {table} {chain} {word} dport {port} accept"))
    };
    Some(Finding::Firewall { firewall, protocol, port, line })
}

/// Its switch: ufw(8), `ENABLED` in `ufw.conf`.
fn has_ufw(root: &Path) -> bool {
    let settings = std::fs::read_to_string(root.join("etc/ufw/ufw.conf")).unwrap_or_default();
    settings.lines().any(|line| line.trim().eq_ignore_ascii_case("enabled=yes"))
}

/// A process of that name: everybody may read how a process is called.
fn has_firewalld(root: &Path) -> bool {
    let Ok(processes) = std::fs::read_dir(root.join("proc")) else { return false };
    let name = |process: std::fs::DirEntry| std::fs::read_to_string(process.path().join("comm"));
    processes.flatten().any(|process| name(process).is_ok_and(|name| name.trim_end() == "firewalld"))
}

/// Whether systemd loads the file of rules.
fn has_nftables(root: &Path) -> bool {
    // A link, whose end is of no matter.
    root.join("etc/systemd/system/sysinit.target.wants/nftables.service").symlink_metadata().is_ok()
}

/// Family, table and name of the first chain that sees what comes in and drops what no rule accepts, in what
/// `nft list chains` prints (nft(8), "Chains").
fn dropping_chain(chains: &str) -> Option<(String, String, String)> {
    let (mut table, mut chain) = (None, None);
    for line in chains.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["table", family, name, "{"] => table = Some((family, name)),
            ["chain", name, "{"] => chain = Some(name),
            ["type", "filter", "hook", "input", .., "policy", "drop;"] => {
                let ((family, table), chain) = table.zip(chain)?;
                return Some((family.to_owned(), table.to_owned(), chain.to_owned()));
            }
            _ => (),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(root: &Path, chains: Option<&str>) -> Option<String> {
        match of(root, || chains.map(str::to_owned), 6666, Protocol::Udp)? {
            Finding::Firewall { line, .. } => Some(line),
            other => panic!("{other:?}"),
        }
    }

    fn write(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn the_line_is_that_of_the_firewall_that_is_at_work() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert_eq!(line(root, None), None);
        write(root, "etc/systemd/system/sysinit.target.wants/nftables.service", "");
        let of_debian = "sudo nft insert rule inet filter input udp dport 6666 accept";
        assert_eq!(line(root, None).as_deref(), Some(of_debian));
        assert_eq!(line(root, Some("")), None, "what is known beats what is likely");
        write(root, "proc/7/comm", "firewalld\n");
        assert_eq!(line(root, None).as_deref(), Some("sudo firewall-cmd --add-port=6666/udp"));
        write(root, "etc/ufw/ufw.conf", "# ENABLED=yes\nENABLED=no\n");
        assert_ne!(line(root, None).as_deref(), Some("sudo ufw allow 6666/udp"));
        write(root, "etc/ufw/ufw.conf", "LOGLEVEL=low\nENABLED=yes\n");
        assert_eq!(line(root, None).as_deref(), Some("sudo ufw allow 6666/udp"));
    }

    #[test]
    fn a_chain_that_lets_all_in_is_no_firewall() {
        let chains = |policy: &str| {
            format!(
                "table ip nat {{\n\tchain post {{\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n\t}}\n}}\n\
                 table inet mine {{\n\tchain in {{\n\t\ttype filter hook input priority filter; policy {policy};\n\t}}\n}}\n"
            )
        };
        assert_eq!(dropping_chain(&chains("accept")), None);
        let found = ["inet", "mine", "in"].map(str::to_owned).into();
        assert_eq!(dropping_chain(&chains("drop")), Some(found));
    }
}
