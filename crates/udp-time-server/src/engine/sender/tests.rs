use super::*;
use std::net::UdpSocket;

fn receiver(ip: &str, port: u16) -> UdpSocket {
    let socket = UdpSocket::bind(SocketAddr::new(ip.parse().unwrap(), port)).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    socket
}

fn entries(typed: &[&str]) -> Vec<Entry> {
    typed.iter().map(|target| target.parse::<Target>().unwrap().into()).collect()
}

fn sender(typed: &[&str], port: u16) -> Sender {
    let mut sender = Sender::new(port, 1, Arc::default());
    sender.set(entries(typed));
    sender
}

fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 1500];
    let (len, source) = socket.recv_from(&mut buffer).unwrap();
    (buffer[..len].to_vec(), source)
}

fn no_address() -> LookedUp {
    LookedUp { id: 0, result: Err(Fault::NoAddress { reason: "no such name".to_owned() }) }
}

#[test]
fn this_computer_gets_two_copies_from_one_port_and_counts_once() {
    let one = receiver("127.0.0.1", 0);
    let port = one.local_addr().unwrap().port();
    let everyone = receiver("127.255.255.255", port);
    // By whatever name.
    for name in ["localhost", "this-computer.example.org"] {
        let mut sender = sender(&[name], port);
        sender.found(LookedUp { id: 0, result: Ok(one.local_addr().unwrap()) });
        let deliveries = sender.send(b"tick");
        assert_eq!(deliveries[0].error, None);
        assert_eq!(sender.destinations()[0].sent, 1);
        let (first, second) = (receive(&one), receive(&everyone));
        assert_eq!(first.0, b"tick");
        assert_eq!(first, second, "payload and source");
    }
}

#[test]
fn nobody_listening_on_this_computer_is_no_failure() {
    let port = receiver("127.0.0.1", 0).local_addr().unwrap().port();
    let mut sender = sender(&["127.0.0.1"], port);
    for _ in 0..5 {
        assert_eq!(sender.send(b"tick")[0].error, None);
    }
    assert_eq!(sender.destinations()[0].sent, 5);
}

#[test]
fn one_that_fails_stops_no_other_and_says_so_once() {
    let one = receiver("127.0.0.1", 0);
    let port = one.local_addr().unwrap().port();
    let mut sender = sender(&["time.example.org", "127.0.0.1"], port);
    // No system sends to port 0.
    sender.found(LookedUp { id: 0, result: Ok("10.0.0.7:0".parse().unwrap()) });
    let deliveries = sender.send(b"1");
    assert!(deliveries[0].error.is_some(), "{deliveries:?}");
    assert_eq!(deliveries[1].error, None);
    assert_eq!(sender.take_news(), sender.destinations()[..1]);
    assert_eq!(sender.invalid_lookups().collect::<Vec<_>>(), [0]);
    sender.send(b"2");
    assert_eq!(sender.take_news(), [], "said twice");
    assert_eq!((receive(&one).0, receive(&one).0), (b"1".to_vec(), b"2".to_vec()));
    assert_eq!((sender.destinations()[0].sent, sender.destinations()[1].sent), (0, 2));
}

#[test]
fn failures_in_the_middle_of_a_batch_are_told_from_the_others() {
    let one = receiver("127.0.0.2", 0);
    let port = one.local_addr().unwrap().port();
    let bad = |at: usize| at % 7 == 3;
    let names: Vec<String> = (0..150).map(|at| format!("name-{at}")).collect();
    let mut sender = sender(&names.iter().map(String::as_str).collect::<Vec<_>>(), port);
    for at in 0..150 {
        let ip = if bad(at) { "10.0.0.7:0".to_owned() } else { format!("127.0.0.2:{port}") };
        sender.found(LookedUp { id: at as u64, result: Ok(ip.parse().unwrap()) });
    }
    let deliveries = sender.send(b"tick");
    for (at, delivery) in deliveries.iter().enumerate() {
        assert_eq!(delivery.error.is_some(), bad(at), "{at}: {delivery:?}");
    }
    let good = (0..150).filter(|at| !bad(*at)).count();
    for _ in 0..good {
        assert_eq!(receive(&one).0, b"tick");
    }
    one.set_nonblocking(true).unwrap();
    assert!(one.recv_from(&mut [0; 8]).is_err(), "sent twice");
}

#[test]
fn a_name_without_an_address_fails_until_it_has_one() {
    let one = receiver("127.0.0.1", 0);
    let port = one.local_addr().unwrap().port();
    let mut sender = sender(&["time.example.org"], port);
    assert_eq!(sender.send(b"1")[0].error, Some(Fault::LookingUp));
    assert_eq!(sender.take_news(), [], "nothing failed yet");
    sender.found(no_address());
    let gone = Some(Fault::NoAddress { reason: "no such name".to_owned() });
    assert_eq!(sender.take_news()[0].last_error, gone);
    sender.found(no_address());
    assert_eq!(sender.send(b"2")[0].error, gone);
    assert_eq!(sender.take_news(), [], "said twice");
    sender.found(LookedUp { id: 0, result: Ok(one.local_addr().unwrap()) });
    assert_eq!(sender.send(b"3")[0].error, None);
    assert_eq!(sender.take_news()[0].last_error, None, "it works from here on");
    assert_eq!(receive(&one).0, b"3");
    sender.found(no_address());
    assert_eq!(sender.take_news(), [], "a failure is told, though the address that worked is kept");
    assert_eq!(sender.send(b"4")[0].error, None);
}

#[test]
fn a_list_that_changes_keeps_the_figures_of_those_that_stay() {
    let (one, two) = (receiver("127.0.0.2", 0), receiver("127.0.0.3", 0));
    let port = |socket: &UdpSocket| socket.local_addr().unwrap();
    let (a, b) = (port(&one).to_string(), port(&two).to_string());
    let mut sender = sender(&[&a, "time.example.org"], 9);
    sender.send(b"1");
    let names = sender.set(entries(&[&b, &a]));
    assert_eq!((names.removed, names.added.len()), (vec![1], 0), "its name is asked for no more");
    sender.send(b"2");
    let sent = |sender: &Sender| sender.destinations().iter().map(|one| one.sent).collect::<Vec<_>>();
    assert_eq!(sent(&sender), [1, 2]);
    let mut off = entries(&[&b, &a]);
    off[1].is_on = false;
    sender.set(off);
    assert_eq!(sender.send(b"3").len(), 1, "what is off is no delivery");
    assert_eq!(sent(&sender), [2, 2]);
    assert_eq!((receive(&one).0, receive(&one).0), (b"1".to_vec(), b"2".to_vec()));
    assert_eq!((receive(&two).0, receive(&two).0), (b"2".to_vec(), b"3".to_vec()));
}

#[test]
fn an_interface_that_is_not_there_is_a_fault_until_it_comes() {
    let mut sender = sender(&["broadcast:test0"], 9);
    assert_eq!(sender.send(b"1")[0].error, Some(Fault::NoInterface { interface: "test0".to_owned() }));
    assert_eq!(sender.take_news().len(), 1);
    let found = common::net::interfaces().unwrap();
    let loopback = found.into_iter().find(|one| one.kind == common::net::InterfaceKind::Loopback).unwrap();
    sender.set_interfaces(Arc::new([Interface { name: "test0".to_owned(), ..loopback }]));
    assert_eq!(sender.send(b"2")[0].error, Some(Fault::NoBroadcast { interface: "test0".to_owned() }));
}

#[test]
fn a_tick_of_which_one_copy_leaves_is_sent_and_says_what_failed() {
    let one = receiver("127.0.0.1", 0);
    let mut sender = sender(&["lan"], 9);
    let route = |address: &str| Route::new(address.parse().unwrap());
    // No system sends to port 0.
    let routes = [Route::new(one.local_addr().unwrap()), route("10.0.0.7:0")];
    sender.groups = routes.iter().map(|route| (Lane::of(route), vec![route.address], vec![0])).collect();
    sender.lines[0].routes = routes.to_vec();
    let deliveries = sender.send(b"tick");
    assert!(deliveries[0].is_sent && deliveries[0].error.is_some(), "{deliveries:?}");
    sender.groups.remove(0);
    let deliveries = sender.send(b"tick");
    assert!(!deliveries[0].is_sent && deliveries[0].error.is_some(), "{deliveries:?}");
}
