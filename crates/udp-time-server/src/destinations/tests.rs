use super::*;
use common::net::InterfaceAddress;

fn interface(name: &str, kind: InterfaceKind) -> Interface {
    let address = |ip: &str, broadcast: Option<&str>| InterfaceAddress {
        ip: ip.parse().unwrap(),
        prefix: 24,
        broadcast: broadcast.map(|ip| ip.parse().unwrap()),
    };
    let addresses = match kind {
        InterfaceKind::Loopback => vec![address("127.0.0.1", None)],
        _ => vec![address("10.0.0.7", Some("10.0.0.255")), address("fe80::1", None)],
    };
    Interface { name: name.to_owned(), index: 1, kind, is_up: true, is_multicast: kind.is_lan(), addresses }
}

fn shown(list: &Destinations) -> String {
    let mark = |row: &Row| if row.is_on { "+" } else { "-" };
    list.rows().iter().map(|row| format!("{}{}", mark(row), row.target)).collect::<Vec<_>>().join(" ")
}

fn list(typed: &[&str]) -> Destinations {
    let entries: Vec<Entry> = typed.iter().map(|one| one.parse::<Target>().unwrap().into()).collect();
    Destinations::new(&entries)
}

fn add(list: &mut Destinations, typed: &str) -> bool {
    list.draft.get_or_insert_default().text = typed.to_owned();
    list.accept().is_some()
}

fn typed(list: &Destinations) -> Option<&str> {
    list.draft.as_ref().map(|draft| draft.text.as_str())
}

#[test]
fn interfaces_are_offered_and_off() {
    let mut list = list(&["localhost"]);
    assert_eq!(shown(&list), "+127.0.0.1 -255.255.255.255");
    let all = [
        interface("lo", InterfaceKind::Loopback),
        interface("docker0", InterfaceKind::Virtual),
        interface("eth0", InterfaceKind::Wired),
        interface("wg0", InterfaceKind::Vpn),
    ];
    list.set_interfaces(&all);
    let everything = "+127.0.0.1 -broadcast:eth0 -255.255.255.255 -239.255.66.66%eth0 -ff12::6666%eth0 \
                      -broadcast:docker0 -broadcast:wg0";
    assert_eq!(shown(&list), everything);
    assert_eq!(list.entries(), [Target::this_computer().into()], "what is off and offered is nobody's wish");
    assert!(!list.take_change(), "an offer changes nothing");
    list.switch(1, true);
    list.set_interfaces(&all[..2]);
    let waiting = "+127.0.0.1 +broadcast:eth0 -255.255.255.255 -broadcast:docker0";
    assert_eq!(shown(&list), waiting, "somebody waits for eth0");
    assert!(list.take_change());
    list.set_interfaces(&all);
    assert_eq!(shown(&list), everything.replace("-broadcast:eth0", "+broadcast:eth0"));
    list.set_interfaces(&all[..2]);
    list.remove(1);
    assert_eq!(shown(&list), "+127.0.0.1 -255.255.255.255 -broadcast:docker0", "nobody waits any more");
}

#[test]
fn destinations_are_added_edited_removed_and_brought_back() {
    let mut list = list(&["localhost"]);
    assert!(add(&mut list, "10.0.0.7, a.b:7,broadcast"));
    assert_eq!(shown(&list), "+127.0.0.1 +10.0.0.7 +a.b:7 +255.255.255.255", "an offer is switched on");
    assert!(list.draft.is_none() && list.take_change());
    list.edit(1);
    assert_eq!((typed(&list), list.is_editing()), (Some("10.0.0.7"), true));
    assert!(add(&mut list, "10.0.0.8"));
    assert_eq!(shown(&list), "+127.0.0.1 +10.0.0.8 +a.b:7 +255.255.255.255");
    list.take_change();
    list.remove(2);
    assert_eq!(shown(&list), "+127.0.0.1 +10.0.0.8 +255.255.255.255");
    assert_eq!(list.removed().map(Target::to_string).as_deref(), Some("a.b:7"));
    assert!(list.take_change());
    list.undo();
    assert_eq!(shown(&list), "+127.0.0.1 +10.0.0.8 +a.b:7 +255.255.255.255");
    assert!(list.take_change() && list.removed().is_none());
    list.remove(2);
    list.remove(1);
    list.undo();
    list.undo();
    assert_eq!(shown(&list), "+127.0.0.1 +10.0.0.8 +a.b:7 +255.255.255.255", "each in turn");
    list.remove(1);
    assert!(add(&mut list, "10.0.0.8"));
    assert!(list.removed().is_none(), "it is there again");
    list.remove(0);
    list.edit(0);
    assert!(shown(&list).starts_with("+127.0.0.1") && !list.is_editing(), "an offer stays");
}

#[test]
fn what_is_wrong_is_neither_added_nor_lost() {
    let mut list = list(&["localhost"]);
    for wrong in ["1.2.3", "10.0.0.7, :", "a b c", "10.0.0.7 10.0.0.8", "", " , "] {
        assert!(!add(&mut list, wrong), "{wrong}");
        assert_eq!(typed(&list), Some(wrong));
    }
    let many: Vec<String> = (0..MAX_DESTINATIONS).map(|at| format!("h{at}")).collect();
    assert!(!add(&mut list, &many.join(",")));
    assert!(matches!(list.drafted(), Err(ListError::TooMany { .. })));
    assert!(add(&mut list, &many[..1000].join(",")));
}

#[test]
fn what_is_edited_stays_on_or_off_also_in_a_full_list() {
    let many: Vec<String> = (1..MAX_DESTINATIONS).map(|at| format!("h{at}")).collect();
    let mut list = list(&["localhost"]);
    assert!(add(&mut list, &many.join(",")), "an offer that is off takes no place");
    assert_eq!(list.entries().len(), MAX_DESTINATIONS);
    list.switch(1, false);
    list.edit(1);
    assert!(add(&mut list, "a.b"), "{:?}", list.drafted());
    assert!(shown(&list).starts_with("+127.0.0.1 -a.b +h2 "), "it was off");
    list.edit(2);
    assert!(add(&mut list, "c.d"));
    assert!(shown(&list).starts_with("+127.0.0.1 -a.b +c.d +h3 "), "it was on");
    assert!(!add(&mut list, "e.f"), "it is full");
    list.set_interfaces(&[interface("eth0", InterfaceKind::Wired)]);
    let offered = list.rows().iter().position(|row| row.is_offered && !row.is_on).unwrap();
    list.switch(offered, true);
    list.remove(3);
    assert!(add(&mut list, "e.f"));
    list.undo();
    assert_eq!(list.entries().len(), MAX_DESTINATIONS, "the file would be refused");
}

#[test]
fn an_edit_that_is_given_up_changes_nothing() {
    let mut list = list(&["localhost", "a.b"]);
    list.edit(1);
    list.close_draft();
    assert_eq!((shown(&list).as_str(), typed(&list)), ("+127.0.0.1 +a.b -255.255.255.255", None));
    assert!(!list.take_change());
}
