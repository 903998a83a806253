//! Any schedule: what clients and the network between do.

#[path = "../../../../../common/tests/dice/mod.rs"]
mod dice;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use common::chat::ClientRecord;

use super::*;
use dice::Dice;

/// Until then all is over, whatever happens: nobody here waits for half an hour.
const END: Duration = Duration::from_mins(20);

/// How a client ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It closes its side when it has said all, and reads to the end.
    HalfClose,
    /// It waits for all answers, then it goes.
    Patient,
    /// It is gone at any moment.
    Gone,
    /// It stops reading at any moment, and stays.
    Deaf,
}

/// What a client does.
#[derive(Debug)]
struct Plan {
    is_plain: bool,
    questions: Vec<&'static str>,
    ending: Ending,
    /// Its pieces, and the pause after each.
    pieces: Vec<(Vec<u8>, Duration)>,
    pipe: usize,
    read_pause: Duration,
    /// When it is gone, or deaf.
    leaves_at: Duration,
}

impl Plan {
    fn of(dice: &mut Dice) -> Self {
        let is_plain = dice.one_of(&[true, false]);
        let count = dice.within(0..7);
        let choices =
            ["hello", "fail", "slow 1", "slow 4", "parts a b c", "big 70000", "many 4", "think x y"];
        let questions: Vec<_> = (0..count).map(|_| dice.one_of(&choices)).collect();
        let ending = dice.one_of(&[Ending::HalfClose, Ending::Patient, Ending::Gone, Ending::Deaf]);
        let mut lines = if is_plain { Vec::new() } else { vec![HELLO.to_owned()] };
        lines.extend((1_u64..).zip(&questions).map(|(id, text)| {
            if is_plain {
                format!("{text}\n")
            } else {
                ClientRecord::Say { id, text: (*text).to_owned() }.encode()
            }
        }));
        let mut pieces = Vec::new();
        for line in lines {
            // A plain peer that pauses within a line has said it.
            pieces.extend(dice.pieces(line.as_bytes(), if is_plain { 20 } else { 200 }, 200));
        }
        Self {
            is_plain,
            questions,
            ending,
            pieces,
            pipe: dice.size(16..70_000),
            read_pause: Duration::from_millis(dice.one_of(&[0, 0, 1, 15])),
            leaves_at: Duration::from_millis(dice.within(0..6000)),
        }
    }
}

/// Lives a client, and tells all that it read.
async fn live(plan: &Plan, stream: DuplexStream) -> Vec<u8> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let read = RefCell::new(Vec::new());
    let write = async {
        for (piece, pause) in &plan.pieces {
            if writer.write_all(piece).await.is_err() {
                return;
            }
            tokio::time::sleep(*pause).await;
        }
        match plan.ending {
            Ending::HalfClose => _ = writer.shutdown().await.is_ok(),
            _ => std::future::pending().await,
        }
    };
    let read_all = async {
        let mut buffer = vec![0; 4096];
        while let Ok(len @ 1..) = reader.read(&mut buffer).await {
            read.borrow_mut().extend_from_slice(&buffer[..len]);
            if plan.ending == Ending::Patient && ends(plan, &read.borrow()) == plan.questions.len() {
                return;
            }
            tokio::time::sleep(plan.read_pause).await;
        }
    };
    let both = async {
        tokio::select! {
            () = read_all => (),
            () = async { write.await; std::future::pending().await } => (),
        }
    };
    match plan.ending {
        Ending::Patient if plan.questions.is_empty() => (),
        Ending::HalfClose | Ending::Patient => both.await,
        Ending::Gone => _ = tokio::time::timeout(plan.leaves_at, both).await.is_ok(),
        Ending::Deaf => {
            let _left = tokio::time::timeout(plan.leaves_at, both).await.is_ok();
            // Whoever neither reads nor writes is sent away.
            tokio::time::sleep(END / 2).await;
        }
    }
    read.take()
}

/// How many questions have their end in what was read.
fn ends(plan: &Plan, read: &[u8]) -> usize {
    if plan.is_plain {
        read.split(|byte| *byte == b'\n').count() - 1
    } else {
        records(read).iter().filter(|record| end_of(record).is_some()).count()
    }
}

/// The whole records of what was read.
fn records(read: &[u8]) -> Vec<ServerRecord> {
    let lines = read.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    lines.map(|line| ServerRecord::decode(line).unwrap()).collect()
}

fn end_of(record: &ServerRecord) -> Option<u64> {
    match record {
        ServerRecord::Reply { id, .. } | ServerRecord::Failed { id, .. } => Some(*id),
        _ => None,
    }
}

/// What was read is what the contract allows.
fn check(plan: &Plan, read: &[u8], was_stopped: bool) {
    let stays = matches!(plan.ending, Ending::HalfClose | Ending::Patient) && !was_stopped;
    if plan.is_plain {
        let lines = ends(plan, read);
        // The server's goodbye is one line more.
        let most = plan.questions.len() + usize::from(was_stopped);
        assert!(
            lines <= most && (!stays || lines == most),
            "{lines} lines: {}",
            String::from_utf8_lossy(read)
        );
        return;
    }
    let records = records(read);
    let ended: Vec<u64> = records.iter().filter_map(end_of).collect();
    // What is said to a server that stops is refused at once, without having been accepted.
    let accepted: BTreeSet<u64> = records
        .iter()
        .filter_map(|record| match record {
            ServerRecord::Accepted { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    let in_turn: Vec<u64> = ended.iter().copied().filter(|id| accepted.contains(id)).collect();
    assert!(in_turn.is_sorted(), "not in order: {ended:?}");
    assert_eq!(ended.iter().collect::<BTreeSet<_>>().len(), ended.len(), "twice: {ended:?}");
    assert!(!stays || ended.len() == plan.questions.len(), "{ended:?} of {:?}", plan.questions);
    let mut parts: BTreeMap<u64, String> = BTreeMap::new();
    for record in &records {
        match record {
            ServerRecord::Part { id, text, .. } => {
                assert!(!text.is_empty());
                parts.entry(*id).or_default().push_str(text);
            }
            ServerRecord::Reply { id, text, .. } => {
                let streamed = parts.remove(id).unwrap_or_default();
                assert!(text.starts_with(&streamed), "the parts of {id} are not its reply");
            }
            _ => (),
        }
    }
    if let Some(first) = records.first() {
        assert!(matches!(first, ServerRecord::Welcome { .. }) || was_stopped, "{first:?} comes first");
    }
}

async fn schedule(mut dice: Dice) {
    let mut server = Server::new();
    let plans: Vec<Plan> = (0..dice.within(1..5)).map(|_| Plan::of(&mut dice)).collect();
    let stops_at = (dice.within(0..4) == 0).then(|| Duration::from_millis(dice.within(0..5000)));
    let lives: Vec<_> =
        plans.iter().map(|plan| live(plan, server.connect(plan.pipe).stream.into_inner())).collect();
    let context = Arc::clone(&server.context);
    let stop = async {
        if let Some(at) = stops_at {
            tokio::time::sleep(at).await;
            context.stop.cancel();
        }
    };
    let over = async {
        let (read, ()) = tokio::join!(futures_util::future::join_all(lives), stop);
        while let Some(session) = server.sessions.join_next().await {
            session.unwrap();
        }
        read
    };
    let read = tokio::time::timeout(END, over).await.expect("a session or a client has no end");
    for (plan, read) in plans.iter().zip(&read) {
        check(plan, read, stops_at.is_some());
    }
    let waiting = &server.context.waiting;
    assert!(waiting.share().set(waiting.max()), "somebody who is gone still holds memory");
    assert_eq!(server.forgotten.load(Ordering::Relaxed), plans.len(), "a conversation is remembered");
}

#[test]
fn whatever_the_network_does_each_question_has_one_end() {
    dice::play(schedule);
}
