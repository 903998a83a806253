//! The engine against a clock that stands on tokio's paused time.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use common::engine::{Clock, Waker, link};
use common::time::{Recognised, read};
use tokio::task::JoinSet;
use tokio::time::Instant;

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use common::config::Bounded;
use common::time::Format;

use super::*;
use crate::event::Tick;

/// Runs with tokio's (paused) time; can be set.
#[derive(Clone)]
struct TestClock {
    zero: Instant,
    ahead_ms: Arc<AtomicI64>,
}

impl TestClock {
    fn new() -> Self {
        Self { zero: Instant::now(), ahead_ms: Arc::default() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let start = DateTime::parse_from_rfc3339("2022-01-05T03:04:05.400+01:00").unwrap();
        let ahead = TimeDelta::milliseconds(self.ahead_ms.load(Ordering::Relaxed));
        start + TimeDelta::from_std(self.zero.elapsed()).unwrap() + ahead
    }
}

fn port(receiver: &UdpSocket) -> Bounded<1, 65_535> {
    Bounded::nearest(receiver.local_addr().unwrap().port().into())
}

struct Rig {
    handle: Handle,
    clock: TestClock,
    receiver: UdpSocket,
    _engine: JoinSet<()>,
}

impl Rig {
    fn new() -> Self {
        let (handle, link) = link(Waker::none(), Snapshot::default());
        let clock = TestClock::new();
        let mut engine = JoinSet::new();
        engine.spawn(run(link, clock.clone(), SenderId(0x9f3c_2a51), Pace::Timer));
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        receiver.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        Self { handle, clock, receiver, _engine: engine }
    }

    fn settings(&self) -> Config {
        Config { port: port(&self.receiver), announce: false, ..Config::default() }
    }

    fn start(&self, settings: Config) {
        self.handle.command(Command::Start(settings)).unwrap();
    }

    async fn tick(&mut self) -> Tick {
        loop {
            match self.handle.next_event().await {
                Some(Event::Tick(tick)) => return tick,
                Some(_) => (),
                None => panic!("the engine ended"),
            }
        }
    }

    /// As the original client does.
    fn receive(&self) -> String {
        let mut buffer = [0; 1500];
        let (len, _) = self.receiver.recv_from(&mut buffer).unwrap();
        String::from_utf8(buffer[..len].to_vec()).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn ticks_leave_on_the_second_with_the_text_of_that_second() {
    let mut rig = Rig::new();
    rig.start(rig.settings());
    assert_eq!(rig.handle.next_event().await, Some(Event::Started(rig.settings())));
    for second in 6..12 {
        let tick = rig.tick().await;
        let expected = format!("Wed Jan 5 03:04:{second:02} 2022");
        assert_eq!((tick.seq, tick.text.as_str()), (second - 5, expected.as_str()));
        assert!(tick.time.timestamp_subsec_millis() <= 2, "{}", tick.time);
        assert_eq!(tick.destinations[0].error, None);
        assert_eq!(rig.receive(), expected);
    }
    let snapshot = rig.handle.snapshot();
    assert!(snapshot.is_sending && snapshot.seq == 6 && snapshot.destinations[0].sent == 6, "{snapshot:?}");
}

#[tokio::test(start_paused = true)]
async fn stop_stops_and_start_counts_from_one_again() {
    let mut rig = Rig::new();
    rig.start(rig.settings());
    rig.tick().await;
    rig.tick().await;
    rig.handle.command(Command::Stop).unwrap();
    assert!(rig.handle.wait_snapshot(|snapshot| !snapshot.is_sending).await);
    assert_eq!(rig.handle.next_event().await, Some(Event::Stopped));
    let silence = tokio::time::timeout(Duration::from_mins(1), rig.handle.next_event()).await;
    assert!(silence.is_err(), "{silence:?}");
    rig.start(Config { format: Format::Json, ..rig.settings() });
    let tick = rig.tick().await;
    let Recognised::Json(stamp) = read(tick.text.as_bytes()).recognised else { panic!("{}", tick.text) };
    assert_eq!((stamp.seq, stamp.sender.as_str(), stamp.interval_ms), (1, "9f3c2a51", 1000));
}

#[tokio::test(start_paused = true)]
async fn other_settings_apply_while_sending() {
    let mut rig = Rig::new();
    rig.start(rig.settings());
    rig.tick().await;
    rig.start(Config { interval: "250ms".parse().unwrap(), format: Format::Rfc3339, ..rig.settings() });
    let ticks = [rig.tick().await, rig.tick().await];
    assert_eq!((ticks[0].seq, ticks[1].seq), (1, 2));
    let apart = (ticks[1].time - ticks[0].time).num_milliseconds();
    assert!((248..=252).contains(&apart), "{apart}");
    assert!(ticks[0].text.ends_with("+01:00"), "{}", ticks[0].text);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_gives_no_burst_and_the_new_time() {
    for hours in [1, -1] {
        let mut rig = Rig::new();
        rig.start(rig.settings());
        let before = rig.tick().await;
        rig.clock.ahead_ms.store(hours * 3_600_000 + 300, Ordering::Relaxed);
        let after = rig.tick().await;
        assert_eq!(after.seq, before.seq + 1);
        let apart = (after.time - before.time).num_milliseconds() - hours * 3_600_000;
        assert!((990..=2010).contains(&apart), "{apart}");
        assert!(after.time.timestamp_subsec_millis() <= 2, "{}", after.time);
        let next = rig.tick().await;
        assert!(((next.time - after.time).num_milliseconds() - 1000).abs() <= 2);
    }
}

#[tokio::test]
async fn a_name_without_an_address_stops_no_other_destination() {
    let mut rig = Rig::new();
    let to = ["no-such-name.invalid", "127.0.0.1", "127.0.0.1"];
    let to = to.map(|typed| typed.parse::<Target>().unwrap().into()).to_vec();
    rig.start(Config { destinations: to, interval: "50ms".parse().unwrap(), ..rig.settings() });
    let tick = rig.tick().await;
    assert_eq!(tick.destinations.len(), 2, "the same destination twice is one");
    assert!(tick.destinations[0].error.is_some(), "{tick:?}");
    assert_eq!((tick.destinations[1].error.clone(), rig.receive()), (None, tick.text));
    let failed =
        |snapshot: &Snapshot| snapshot.destinations.first().is_some_and(|to| to.last_error.is_some());
    assert!(rig.handle.wait_snapshot(failed).await);
    let error = rig.handle.snapshot().destinations[0].last_error.clone().unwrap().to_string();
    assert!(error.contains("host not found"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_list_changes_and_the_count_of_ticks_goes_on() {
    let mut rig = Rig::new();
    rig.start(rig.settings());
    rig.tick().await;
    rig.handle.command(Command::SetDestinations(Vec::new())).unwrap();
    assert!(rig.handle.wait_snapshot(|snapshot| snapshot.destinations.is_empty()).await);
    let tick = rig.tick().await;
    assert_eq!((tick.seq, tick.destinations.len()), (2, 0));
    rig.handle.command(Command::SetDestinations(rig.settings().destinations)).unwrap();
    let tick = rig.tick().await;
    assert_eq!((tick.seq, tick.destinations.len()), (3, 1));
    assert_eq!(rig.receive(), "Wed Jan 5 03:04:06 2022");
    assert_eq!(rig.receive(), tick.text);
}

#[tokio::test(start_paused = true)]
async fn a_tick_is_written_by_the_clocks_of_the_chosen_zone() {
    let mut rig = Rig::new();
    let zone = "Asia/Tokyo".parse().unwrap();
    rig.start(Config { zone, format: "custom:%F %T %:z".parse().unwrap(), ..rig.settings() });
    assert_eq!(rig.tick().await.text, "2022-01-05 11:04:06 +09:00");
}

#[tokio::test]
async fn a_precise_pace_is_on_the_mark_and_takes_commands() {
    let (mut handle, link) = link(Waker::none(), Snapshot::default());
    let mut engine = JoinSet::new();
    engine.spawn(run(link, common::engine::SystemClock, SenderId(1), Pace::Precise));
    let settings =
        Config { interval: "50ms".parse().unwrap(), port: Bounded::nearest(9), ..Config::default() };
    handle.command(Command::Start(settings)).unwrap();
    let mut late = Vec::new();
    while late.len() < 20 {
        if let Some(Event::Tick(tick)) = handle.next_event().await {
            late.push(tick.late_us);
        }
    }
    // How late is a matter of what else runs: the bench measures it. That one of twenty is on time is not.
    assert!(late.iter().any(|late| *late < 1000), "{late:?}");
    handle.command(Command::Stop).unwrap();
    assert!(handle.wait_snapshot(|snapshot| !snapshot.is_sending).await);
}

#[tokio::test(start_paused = true)]
async fn the_engine_ends_when_asked() {
    let mut rig = Rig::new();
    rig.start(rig.settings());
    rig.tick().await;
    rig.handle.shut_down();
    while rig.handle.next_event().await.is_some() {}
}
