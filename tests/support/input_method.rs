//! An input method that speaks XIM, as ibus and fcitx do: letters are composed, Enter commits what they stand for, Escape drops
//! them. The other side is libX11 within our programs.

use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, KEY_PRESS_EVENT, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use xim_ctext::utf8_to_compound_text;
use xim_parser::{
    Attribute, AttributeName, CommitData, Feedback, ForwardEventFlag, InputStyle, InputStyleList, Point,
    PreeditDrawStatus, Request, XEvent, attrs,
};

use super::eventually;

/// The only ids that are given: each program has one input method and one context at a time.
const ID: u16 = 1;

const ESCAPE: u32 = 0xff1b;
const RETURN: u32 = 0xff0d;

/// Who shows what is composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The program, within its text.
    InProgram,
    /// The input method, at the spot that the program names.
    AtSpot,
}

/// After what the input method answers no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Silent {
    /// It answers nothing at all.
    FromTheStart,
    /// It was found, and answers nobody who wants to use it.
    Opened,
    /// Until it is told to hang.
    Never,
}

#[derive(Debug)]
struct State {
    style: Style,
    silent: Silent,
    /// The windows through which it and the program speak.
    client: u32,
    /// The letters that are being composed.
    letters: String,
    /// How many characters the program shows of them.
    shown: usize,
    spot: Option<(i16, i16)>,
    requests: Vec<String>,
    messages: u32,
}

struct Server {
    display: RustConnection,
    window: u32,
    state: Mutex<State>,
}

/// The input method; it ends with the test.
pub(crate) struct InputMethod {
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl InputMethod {
    /// What programs find in `XMODIFIERS`.
    pub(crate) const MODIFIERS: &str = "@im=test";

    pub(crate) fn start(display: &str, style: Style, silent: Silent) -> Self {
        let (display, screen) = RustConnection::connect(Some(display)).expect("the display answers");
        let window = display.generate_id().expect("an id");
        let root = display.setup().roots[screen].root;
        display
            .create_window(
                0,
                window,
                root,
                0,
                0,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &CreateWindowAux::new(),
            )
            .expect("a window");
        let state = State {
            style,
            silent,
            client: 0,
            letters: String::new(),
            shown: 0,
            spot: None,
            requests: Vec::new(),
            messages: 0,
        };
        let server = Arc::new(Server { display, window, state: Mutex::new(state) });
        let name = server.atom("@server=test");
        // Programs do not ask whom they cannot: these names have to be there before.
        for name in ["LOCALES", "TRANSPORT", "_XIM_XCONNECT", "_XIM_PROTOCOL"] {
            server.atom(name);
        }
        server.display.set_selection_owner(window, name, x11rb::CURRENT_TIME).expect("a name");
        let servers = server.atom("XIM_SERVERS");
        server
            .display
            .change_property32(PropMode::REPLACE, root, servers, AtomEnum::ATOM, &[name])
            .expect("a property")
            .check()
            .expect("a property");
        let loop_of = Arc::clone(&server);
        let thread = std::thread::Builder::new().name("input method".to_owned());
        let thread = Some(thread.spawn(move || loop_of.run()).expect("a thread"));
        Self { server, thread }
    }

    /// Answers nothing from now on.
    pub(crate) fn hang(&self) {
        self.server.state().silent = Silent::FromTheStart;
    }

    /// Waits until a program has asked for `request`, in the protocol's word.
    pub(crate) fn wait_for(&self, request: &str) {
        eventually(request, || (self.count(request) > 0).then_some(()));
    }

    /// How often a program has asked for `request`.
    pub(crate) fn count(&self, request: &str) -> usize {
        self.server.state().requests.iter().filter(|seen| *seen == request).count()
    }

    /// Where the program wants the candidates, in pixels of its window.
    pub(crate) fn spot(&self) -> (i32, i32) {
        let (x, y) = eventually("a spot", || self.server.state().spot);
        (x.into(), y.into())
    }
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    fn atom(&self, name: &str) -> u32 {
        let cookie = self.display.intern_atom(false, name.as_bytes()).expect("the display answers");
        cookie.reply().expect("an atom").atom
    }

    /// Answers until it is told to stop, or the display is gone.
    fn run(&self) {
        let [connect, protocol] = ["_XIM_XCONNECT", "_XIM_PROTOCOL"].map(|name| self.atom(name));
        while let Ok(event) = self.display.wait_for_event() {
            match event {
                Event::ClientMessage(message) if message.type_ == self.window => return,
                _ if self.state().silent == Silent::FromTheStart => (),
                Event::SelectionRequest(question) => self.introduce(&question),
                Event::ClientMessage(message) if message.type_ == connect => {
                    let client = message.data.as_data32()[0];
                    self.state().client = client;
                    let ours = ClientMessageEvent::new(32, client, connect, [self.window, 0, 0, 0, 0]);
                    self.display.send_event(false, client, EventMask::NO_EVENT, ours).expect("a connection");
                }
                Event::ClientMessage(message) if message.type_ == protocol => self.receive(&message),
                _ => (),
            }
            let _gone = self.display.flush().is_err();
        }
    }

    /// Says which languages it is for, and how it is spoken to.
    fn introduce(&self, question: &SelectionRequestEvent) {
        let is_locales = question.property == self.atom("LOCALES");
        let answer = if is_locales { "@locale=C,en,zh" } else { "@transport=X/" };
        let notify = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: question.time,
            requestor: question.requestor,
            selection: question.selection,
            target: question.target,
            property: question.property,
        };
        let (window, property) = (question.requestor, question.property);
        self.display
            .change_property8(PropMode::REPLACE, window, property, question.target, answer.as_bytes())
            .expect("a connection");
        self.display.send_event(false, window, EventMask::NO_EVENT, notify).expect("a connection");
    }

    /// A request is in the message itself, or in a property that it names.
    fn receive(&self, message: &ClientMessageEvent) {
        let bytes = if message.format == 32 {
            let [length, property, ..] = message.data.as_data32();
            let cookie = self.display.get_property(true, self.window, property, AtomEnum::ANY, 0, length);
            cookie.expect("a connection").reply().expect("a property").value
        } else {
            message.data.as_data8().to_vec()
        };
        let request = xim_parser::read::<Request>(&bytes).expect("a request of XIM");
        self.state().requests.push(request.name().to_owned());
        if self.state().silent > Silent::Opened || matches!(request, Request::Connect { .. }) {
            self.answer(request);
        }
    }

    fn send(&self, request: &Request) {
        let mut bytes = xim_parser::write_to_vec(request);
        // What fits into a message has its whole length.
        bytes.resize(bytes.len().max(20), 0);
        let (client, protocol) = (self.state().client, self.atom("_XIM_PROTOCOL"));
        let message = if let Ok(data) = <[u8; 20]>::try_from(bytes.as_slice()) {
            ClientMessageEvent::new(8, client, protocol, data)
        } else {
            let number = {
                let mut state = self.state();
                state.messages += 1;
                state.messages
            };
            let property = self.atom(&format!("_TEST_XIM_{number}"));
            let length = u32::try_from(bytes.len()).expect("a short request");
            self.display
                .change_property8(PropMode::APPEND, client, property, AtomEnum::STRING, &bytes)
                .expect("a connection");
            ClientMessageEvent::new(32, client, protocol, [length, property, 0, 0, 0])
        };
        self.display.send_event(false, client, EventMask::NO_EVENT, message).expect("a connection");
    }

    fn answer(&self, request: Request) {
        let (input_method_id, input_context_id) = (ID, ID);
        let reply = match request {
            Request::Connect { .. } => {
                Request::ConnectReply { server_major_protocol_version: 1, server_minor_protocol_version: 0 }
            }
            Request::Open { .. } => Request::OpenReply {
                input_method_id,
                im_attrs: vec![attrs::QUERY_INPUT_STYLE],
                ic_attrs: vec![
                    attrs::INPUT_STYLE,
                    attrs::CLIENTWIN,
                    attrs::FOCUSWIN,
                    attrs::FILTER_EVENTS,
                    attrs::PREEDIT_ATTRIBUTES,
                    attrs::STATUS_ATTRIBUTES,
                    attrs::SPOT_LOCATION,
                    attrs::SEPARATOR_OF_NESTED_LIST,
                ],
            },
            Request::QueryExtension { .. } => {
                Request::QueryExtensionReply { input_method_id, extensions: Vec::new() }
            }
            Request::EncodingNegotiation { encodings, .. } => {
                let index = encodings.iter().position(|encoding| encoding.starts_with("COMPOUND_TEXT"));
                let index = index.and_then(|index| i16::try_from(index).ok()).unwrap_or(-1);
                Request::EncodingNegotiationReply { input_method_id, category: 0, index }
            }
            Request::GetImValues { .. } => {
                Request::GetImValuesReply { input_method_id, im_attributes: self.styles() }
            }
            Request::CreateIc { ic_attributes, .. } => {
                self.place(&ic_attributes);
                self.send(&Request::CreateIcReply { input_method_id, input_context_id });
                // With some input methods the window waits for each key, with others it goes on.
                let waits = self.state().style == Style::AtSpot;
                Request::SetEventMask {
                    input_method_id,
                    input_context_id,
                    forward_event_mask: EventMask::KEY_PRESS.into(),
                    synchronous_event_mask: if waits { EventMask::KEY_PRESS.into() } else { 0 },
                }
            }
            Request::SetIcValues { ic_attributes, .. } => {
                self.place(&ic_attributes);
                Request::SetIcValuesReply { input_method_id, input_context_id }
            }
            Request::GetIcValues { .. } => Request::GetIcValuesReply {
                input_method_id,
                input_context_id,
                ic_attributes: vec![Attribute {
                    id: attrs::get_id(AttributeName::FilterEvents),
                    value: xim_parser::write_to_vec(u32::from(EventMask::KEY_PRESS)),
                }],
            },
            Request::ForwardEvent { xev, flag, serial_number, .. } => {
                if !self.takes(&xev) {
                    self.send(&Request::ForwardEvent {
                        input_method_id,
                        input_context_id,
                        flag: ForwardEventFlag::empty(),
                        serial_number,
                        xev,
                    });
                }
                if !flag.contains(ForwardEventFlag::SYNCHRONOUS) {
                    return;
                }
                Request::SyncReply { input_method_id, input_context_id }
            }
            Request::Sync { .. } => Request::SyncReply { input_method_id, input_context_id },
            Request::ResetIc { .. } => {
                self.state().letters.clear();
                Request::ResetIcReply { input_method_id, input_context_id, preedit_string: Vec::new() }
            }
            Request::DestroyIc { .. } => Request::DestroyIcReply { input_method_id, input_context_id },
            Request::Close { .. } => Request::CloseReply { input_method_id },
            Request::Disconnect { .. } => Request::DisconnectReply {},
            _ => return,
        };
        self.send(&reply);
    }

    fn styles(&self) -> Vec<Attribute> {
        let style = match self.state().style {
            Style::InProgram => InputStyle::PREEDIT_CALLBACKS,
            Style::AtSpot => InputStyle::PREEDIT_NOTHING,
        };
        let none = InputStyle::PREEDIT_NONE | InputStyle::STATUS_NONE;
        let styles = InputStyleList { styles: vec![style | InputStyle::STATUS_NOTHING, none] };
        let id = attrs::get_id(AttributeName::QueryInputStyle);
        vec![Attribute { id, value: xim_parser::write_to_vec(styles) }]
    }

    /// Notes the spot, which stands in a list within the list.
    fn place(&self, attributes: &[Attribute]) {
        for attribute in attributes {
            match attrs::get_name(attribute.id) {
                Some(AttributeName::PreeditAttributes) => {
                    let mut rest = attribute.value.as_slice();
                    let mut nested = Vec::new();
                    while let Ok(one) = xim_parser::read::<Attribute>(rest) {
                        rest = &rest[xim_parser::XimWrite::size(&one).min(rest.len())..];
                        nested.push(one);
                    }
                    self.place(&nested);
                }
                Some(AttributeName::SpotLocation) => {
                    let spot = xim_parser::read::<Point>(&attribute.value).expect("a point");
                    self.state().spot = Some((spot.x, spot.y));
                }
                _ => (),
            }
        }
    }

    /// Whether a key belongs to the composition.
    fn takes(&self, key: &XEvent) -> bool {
        if key.response_type & 0x7f != KEY_PRESS_EVENT {
            return false;
        }
        let mapping = self.display.get_keyboard_mapping(key.detail, 1).expect("a connection");
        let symbol = mapping.reply().expect("a keyboard").keysyms[0];
        let letter = char::from_u32(symbol).filter(char::is_ascii_lowercase);
        let mut letters = std::mem::take(&mut self.state().letters);
        match (letter, symbol) {
            (Some(letter), _) => letters.push(letter),
            _ if letters.is_empty() => return false,
            (_, RETURN) => {
                self.show("");
                let text = if letters == "nihao" { "你好" } else { &letters };
                self.send(&Request::Commit {
                    input_method_id: ID,
                    input_context_id: ID,
                    data: CommitData::Chars { commited: utf8_to_compound_text(text), syncronous: false },
                });
                return true;
            }
            (_, ESCAPE) => letters.clear(),
            _ => (),
        }
        self.show(&letters);
        self.state().letters = letters;
        true
    }

    /// Has the program show what is composed, where it does so.
    fn show(&self, letters: &str) {
        let (input_method_id, input_context_id) = (ID, ID);
        if self.state().style != Style::InProgram {
            return;
        }
        let shown = std::mem::replace(&mut self.state().shown, letters.len());
        if shown == 0 && !letters.is_empty() {
            self.send(&Request::PreeditStart { input_method_id, input_context_id });
        }
        let length = i32::try_from(letters.len()).expect("a short text");
        let (preedit_string, status) = if letters.is_empty() {
            (Vec::new(), PreeditDrawStatus::NO_STRING | PreeditDrawStatus::NO_FEEDBACK)
        } else {
            (utf8_to_compound_text(letters), PreeditDrawStatus::empty())
        };
        self.send(&Request::PreeditDraw {
            input_method_id,
            input_context_id,
            caret: length,
            chg_first: 0,
            chg_length: i32::try_from(shown).expect("a short text"),
            status,
            preedit_string,
            feedbacks: vec![Feedback::UNDERLINE; letters.len()],
        });
        if letters.is_empty() && shown > 0 {
            self.send(&Request::PreeditDone { input_method_id, input_context_id });
        }
    }
}

impl Drop for InputMethod {
    fn drop(&mut self) {
        // A message to itself ends the loop; where the display is gone, it has ended.
        let stop = ClientMessageEvent::new(32, self.server.window, self.server.window, [0; 5]);
        let display = &self.server.display;
        let sent = display.send_event(false, self.server.window, EventMask::NO_EVENT, stop);
        let _gone = sent.is_err() || display.flush().is_err();
        if let Some(thread) = self.thread.take() {
            let has_failed = thread.join().is_err();
            assert!(!has_failed || std::thread::panicking(), "the input method failed");
        }
    }
}
