# What the windows say, in English. One file for each language; the name of the file is its tag.
# A key begins with its place: language-, status-, log-, address-, reach-, bind-, connect-, or a program's name.
# Sentence case, no full stop, "..." on a button that asks for more. Arguments stand in { $braces }.

language-name = English
list-separator = { ", " }

## The status line

status-busy = { $sentence } (busy, press again)

## The log

log-follow = Follow
log-follow-hint = Keep the newest line in view
log-new = { $count } new
log-find = Find
log-find-next = Next
log-find-previous = Previous
log-find-count = { $count ->
    [0] Not found
   *[other] { $count } found
}
log-find-at = { $place } of { $count }
log-find-more = { $count } found so far
log-copy = Copy
log-copy-hint = { $count ->
    [one] Copy the line
   *[other] Copy all { $count } lines
}
log-copy-selected = Copy the selection
log-clear = Clear
log-undo-clear = Undo clear
log-save = Save...
log-save-now = Save
log-save-browse = Browse...
log-save-no-dialog = There is no file dialog on this desktop, type the path here
log-save-file = File
log-save-hint = A name that ends in .jsonl saves JSON lines, any other saves text
log-save-hint-table = A name that ends in .csv saves a table, in .jsonl JSON lines, any other saves text
log-save-title = Save the log
log-save-text = Text
log-save-json = JSON lines
log-save-csv = Table (CSV)
log-save-taken = { $file } already exists
log-save-replace = Replace
log-save-beside = Save as { $name }
log-saved = { $count ->
    [one] { $count } line saved to { $file }
   *[other] { $count } lines saved to { $file }
}
log-saving = Saving...
log-save-slow = { $file } was not saved: nothing could be written for { $secs } s, try again or save elsewhere
log-not-saved = { $file } was not saved ({ $reason })
write-error-no-folder = there is no such folder
write-error-not-permitted = you may not write there
write-error-is-folder = that is a folder, add the name of a file
write-error-full = the disk is full
write-error-quota = you have used all the space that you may
write-error-read-only = the disk is read-only
write-error-too-large = it is too large
write-error-other = { $reason }
log-save-closed = the window was closed before all of it was written
log-gone = { $count ->
    [one] 1 older line was dropped
   *[other] { COUNT($count) } older lines were dropped
}
log-empty = Nothing yet
log-nothing-passes = The filter hides every line

## Addresses

address-port = Port
port-hint = 0 means any free port
host-error-empty = type an address, a host name, localhost, any or broadcast
server-host-error-empty = type an address or a host name
server-host-error-invitation = press Enter to follow this invitation
server-host-error-with-port = give the port separately: { $host }, port { $port }
server-host-error-many-computers = this address stands for many computers, type that of one: { $typed }
host-error-not-a-host = this is neither an address nor a host name: { $typed }
reach-computer = this computer only
reach-network = this network
reach-every-network = every network

## Why an address cannot be listened on

bind-error-port-taken = port { PORT($address) } of { IP($address) } is in use by another program, stop that one or use another port
bind-error-not-ours = this computer does not have the address { IP($address) }, use one of its own, or `any` for all
bind-error-not-permitted = the system does not allow port { PORT($address) }, use one above 1023
bind-error-no-such-host = the host name { $host } cannot be found ({ $reason }), check its spelling
bind-error-no-interface = waiting for { $interface }: this computer has no interface of that name yet
bind-error-other = cannot listen on { $address } ({ $reason })

## Why nothing gets through

connect-error-refused = no program is listening there
connect-error-broken = the other side broke the connection
connect-error-timed-out = no answer
connect-error-no-network = there is no route to that network
connect-error-no-computer = no computer answers there
connect-error-not-permitted = the system does not allow it
connect-error-other = { $reason }

## What cannot be read, said or sent

unknown-encoding = unknown encoding, use auto, utf-8, gb18030 or another that contains ASCII, such as shift_jis
line-too-long = the line has { $len } bytes, the limit is { $max }
plain-error-burst-too-long = { $len } bytes came without a pause, the limit is { $max }
plain-error-not-utf8 = the message is not UTF-8 text: its byte { $at } is invalid
plain-error-not-in-encoding = the message is not text in { $encoding }: its byte { $at } is invalid
server-key-error = a server's key is 64 hexadecimal digits
invitation-error-no-invitation = an invitation begins with tcp-chat://
invitation-error-no-address = the invitation names no server
invitation-error-bad-key = the key in the invitation is not one of 64 hexadecimal digits
invitation-error-bad-pass = the pass phrase in the invitation is no text
tls-error-other-key = it has another key ({ $seen }) than the one that is known ({ $known })
tls-error-handshake = the encryption failed ({ $reason })
tls-error-not-trusted = the client does not trust the key, or asks its user first
tls-error-not-tls = it answers without encryption ({ EXCERPT($said) })
tls-error-timeout = the encryption was not set up within { $seconds } s
tls-error-file = { $file } cannot be used ({ $reason })
tls-error-no-folder = there is no folder to keep a key in
network-error-no-network = { $typed } is no network, such as 192.168.1.0/24
record-error = not a record: { $reason }
number-error = use a whole number from { $min } to { $max }, not { $typed }
format-error-unknown = unknown format, use text, rfc3339, json or custom:PATTERN: { $typed }
format-error-empty-pattern = type a pattern for strftime, such as %H:%M:%S
format-error-bad-pattern = the pattern has a % sequence that means nothing: { $typed }
format-error-pattern-too-long = the pattern can give { $len } bytes, a datagram holds at most { $max }
headless-event-zone-unknown = warning: { $reason }
local-zone-error-unknown = TZ names an unknown time zone, times are in UTC: { $typed }
local-zone-error-unreadable = the time zone cannot be read ({ $reason }), times are in UTC: { $file }
headless-event-dropped = { $count ->
    [one] { $count } event is not shown, it came too fast
   *[other] { $count } events are not shown, they came too fast
}

## Why two computers do not see each other

finding-own-addresses = { $interface } ({ $kind }) has { $addresses }
finding-interface-down = { $interface } ({ $kind }) is off or not connected
finding-no-lan = this computer is in no network, only its own programs can reach it
finding-port-held = { $protocol } port { PORT($address) } of { IP($address) } is used by { $program } (process { $process })
finding-port-held-by-other = { $protocol } port { $port } is in use by a program of another user
finding-port-free = no program on this computer is listening on { $protocol } port { $port }
finding-echo-heard = a datagram to everyone on { $interface } ({ $address }) leaves and comes back
finding-echo-lost = a datagram to everyone on { $interface } does not come back on port { PORT($address) }: a firewall on this computer drops it
finding-echo-failed = a datagram to everyone on { $interface } cannot be sent ({ $reason })
finding-peer-unknown = the name { $host } has no address ({ $reason }), try the computer's address instead
finding-peer-found = { $host } has the address { $address }
finding-peer-is-here = { $address } is this computer
finding-peer-near = { $address } is in the network of { $interface }
finding-peer-far = { $address } is in another network, the way there leaves by { $interface }
finding-way-taken = the way to { $address } leaves by { $interface } ({ $kind }), not by the local network: disconnect the VPN, or allow local networks in its settings
finding-no-way = no network of this computer leads to { $address }, check the address and the cable or Wi-Fi
finding-reached = a program answers at { $address }
finding-refused = { IP($address) } is there, but no program is listening on { $protocol } port { PORT($address) }: start it there, check its port, and that it listens on the network and not on its own computer only
finding-refused-here = no program on this computer is listening on { $protocol } port { PORT($address) } of { IP($address) }: start it, and check its port and the address that it listens on
finding-rejected = something on the way to { $address } rejects { $protocol }: most likely the firewall of that computer, open the port there
finding-unanswered = { $address } did not answer within { $seconds } s: a firewall there drops what comes in, or the computer is off
finding-nobody-there = no computer in the network has the address { $address }: it is off, asleep, or has another address now
finding-not-let-out = this computer does not let { $protocol } out to { $address }: a firewall here forbids it
finding-failed = { $address } cannot be reached ({ $reason })
finding-sent = a datagram was sent to { $address } and nothing refused it, whether it arrived is only known there
finding-isolation = { $interface } is Wi-Fi: guest networks and some access points keep their devices apart (client isolation)
finding-firewall = { $firewall } is active on this computer, this line opens { $protocol } port { $port }: { $line }
finding-finished = { $faults ->
    [0] Nothing is in the way, as far as this computer can see
    [one] 1 thing is in the way
   *[other] { $faults } things are in the way
}
check-open = Check the network...
check-title = Why can't we see each other?
check-peer = Other computer
check-peer-hint = An address or a name, leave it empty to check this computer alone
check-again = Check
check-running = Looking...
check-copy = Copy all
check-copy-line = Copy the line
check-failed = The check could not start ({ $reason })
check-broken = The check ended with an internal error, please report it

## The settings file

other-window = another window of this program is open
read-error-missing = no such file
read-error-not-permitted = you may not read it
read-error-is-folder = it is a folder
read-error-other = { $reason }
read-error-slow = nothing could be read for { $secs } s
read-error-too-long = longer than { $max } bytes
read-error-not-text = not UTF-8 text in line { $line }
read-error-malformed = line { $line }: { $reason }
read-error-blank = the pass phrase is blank
pass-error = cannot read the pass phrase in { $file } ({ $reason })
settings-error-unusable = { $error_word ->
    [broken] the settings cannot be understood ({ $reason }), defaults are used, the old file is kept as { $aside }
   *[unreadable] the settings cannot be read ({ $reason }), defaults are used, nothing is saved: { $file }
}
settings-error-unsaved = the settings cannot be saved ({ $reason }): { $file }

## The settings, over the window

settings-open = Settings...
settings-open-hint = Appearance, language and more (Ctrl+,)
close = Close
settings-title = Settings
settings-appearance = Appearance
settings-theme = Theme
settings-theme-system = System
settings-theme-light = Light
settings-theme-dark = Dark
settings-contrast = Contrast
settings-contrast-system = System
settings-contrast-normal = Normal
settings-contrast-high = High
settings-zoom = Zoom
settings-zoom-hint = Also Ctrl + / - / 0
settings-language = Language
settings-language-system = System ({ $name })
settings-renderer = Drawing
settings-renderer-auto = Automatic
settings-renderer-cpu = Processor
settings-renderer-gl = OpenGL
settings-renderer-hint = What draws the window, from the next start on
display-error-palette = it has { $bits } bits a pixel and one table of colours for all programs
drawing-cpu = Drawn by the processor
drawing-gl = Drawn by OpenGL
drawing-gl-instead = Drawn by OpenGL, because the processor cannot: { $reason }
settings-encoding = Text encoding
settings-encoding-hint = For text of other programs that is not UTF-8; Automatic detects GB18030 (GBK); used from the next start or connection
settings-encoding-auto = Automatic
settings-file = Settings file
settings-no-file = No folder for settings was found, nothing is remembered
settings-copy-path = Copy path
settings-reset = Reset this section
settings-reset-of = Reset: { $name }
settings-undo-reset = Undo reset
settings-keys = Keyboard shortcuts
font-missing = Some characters cannot be shown; install { $packages }
notice-dismiss = Dismiss

## A row of a list

row-menu = Actions for { $name }
removed = Removed { $name }
undo = Undo

## The list of keys

key-tab = Next or previous control
key-escape = Close what is open
key-find = Find in the log
key-save = Save the log
key-clear = Clear the log, with undo
key-copy = Select all, copy
key-page = A page up or down
key-ends = First or newest line
key-select = Select lines or characters
key-zoom = Zoom in, zoom out, normal size
key-settings = Settings
key-list = This list
key-splitter = Move the line between two parts, while it has the keyboard
splitter = Line between two parts

## The chat client: the connection

tcp-chat-client-link-off = Not connected
tcp-chat-client-link-connecting = { $attempt ->
    [1] Connecting to { $address }
   *[other] Connecting to { $address }, attempt { $attempt }
}
tcp-chat-client-link-reached = Reached { $address }, waiting for its greeting
tcp-chat-client-link-online = { GIVEN($bot) ->
    [yes] Connected to { $address }, { EXCERPT($bot, max: 40) } answers
   *[no] { $dialect ->
        [plain] Connected to { $address }, a plain server
       *[other] Connected to { $address }
    }
}{ $encrypted ->
    [true] {", encrypted"}
   *[false] {", not encrypted"}
}
tcp-chat-client-key-compare = Compare this key with the one in the server's window before you trust it:
tcp-chat-client-key-changed = This key is not the one that was expected. The server was set up anew, an invitation is out of date, or somebody else answers in its place. Ask whoever runs it
tcp-chat-client-key-old = Expected key
tcp-chat-client-key-new = New key
tcp-chat-client-key = Key
tcp-chat-client-trust = It is the same: connect
tcp-chat-client-trust-new = Trust the new key...
tcp-chat-client-trust-sure = Really trust the new key
tcp-chat-client-pass = Pass phrase
tcp-chat-client-link-key-asked = { GIVEN($known) ->
    [yes] The key of { $address } is not the expected one: check it before you go on
   *[no] Is this the right server at { $address }? Compare its key
}
tcp-chat-client-link-pass-asked = { $wrong ->
    [true] { $address } does not accept this pass phrase; after three wrong ones it accepts none for a minute
   *[false] { $address } wants a pass phrase
}
tcp-chat-client-note-ready = Connected! Ready to chat! :)
tcp-chat-client-note-encoding = The server uses { $encoding }, and so does this chat
tcp-chat-client-note-greeting-answered = { tcp-chat-client-event-greeting-answered }
tcp-chat-client-note-left = Disconnected from { $address }
tcp-chat-client-retry = { $reason }, trying again in { $seconds } s
tcp-chat-client-connect = Connect
tcp-chat-client-disconnect = Disconnect
tcp-chat-client-try-now = Try now
tcp-chat-client-change-server = Change server...

## The chat client: why there is no connection

tcp-chat-client-disconnect-no-such-host = cannot find the computer of { $address } ({ EXCERPT($why) })
tcp-chat-client-disconnect-refused = no server at { $address }
tcp-chat-client-disconnect-unreachable = { $address } cannot be reached ({ EXCERPT($error) })
tcp-chat-client-disconnect-connect-timeout = no answer from { $address } within { $seconds } s
tcp-chat-client-disconnect-closed-at-greeting = { $address } closed the connection at once, choose the plain dialect if it is a plain server
tcp-chat-client-disconnect-no-welcome = no greeting from { $address } within { $seconds } s, choose the plain dialect if it is a plain server
tcp-chat-client-disconnect-late-welcome = { $address } took more than { $seconds } s to answer, what was sent meanwhile is lost
tcp-chat-client-disconnect-not-admitted = { $address } refused the connection ({ EXCERPT($said) })
tcp-chat-client-disconnect-pass-withheld = { $address } wants a pass phrase without encryption, where others could read it: ask its operator to turn TLS on
tcp-chat-client-disconnect-closed = { $address } closed the connection
tcp-chat-client-disconnect-broken = the connection to { $address } broke ({ EXCERPT($error) })
tcp-chat-client-disconnect-goodbye = the server at { $address } stopped
tcp-chat-client-disconnect-sent-away = the operator of { $address } disconnected you, connect again to come back
tcp-chat-client-disconnect-server-error = { $address } ended the connection ({ EXCERPT($said) })
tcp-chat-client-disconnect-unknown-protocol = { $address } uses protocol { $theirs }, this program uses { $ours }
tcp-chat-client-disconnect-record-too-long = { $address } sent a record of more than { $max } bytes
tcp-chat-client-disconnect-unfinished-record = { $address } did not finish a record within { $seconds } s
tcp-chat-client-disconnect-not-encrypted = no encrypted connection to { $address }: { $tls }
tcp-chat-client-disconnect-known-unreadable = known-servers.toml cannot be read ({ EXCERPT($why) }), so nobody knows whether { $address } is the right server
tcp-chat-client-disconnect-bad-record = { $address } sent an invalid record ({ EXCERPT($why) })

## The chat client: why there is no reply

tcp-chat-client-failed-server = { GIVEN($said) ->
    [yes] { $reason ->
       *[other] { EXCERPT($said) }
    }
   *[no] { $reason }
}
tcp-chat-client-failed-cancelled = stopped by you
tcp-chat-client-failed-connection-lost = the connection ended before the answer came
tcp-chat-client-failed-not-connected = not sent, there was no connection
tcp-chat-client-failed-busy = not sent, too many messages wait for the server
tcp-chat-client-failed-too-long = not sent, { $len } bytes are over the server's limit of { $max }
tcp-chat-client-failed-not-utf8 = not sent, it is not UTF-8 text
tcp-chat-client-failed-given-up = the server never answered
fail-reason-bot-unreachable = the bot could not be reached
fail-reason-bot-timeout = the bot did not answer in time
fail-reason-bot-failed = the bot gave no usable answer
fail-reason-bot-too-long = the reply of the bot was too long
fail-reason-cancelled = { tcp-chat-client-failed-cancelled }
fail-reason-too-long = the message was too long
fail-reason-too-many-waiting = { tcp-chat-client-failed-busy }
fail-reason-not-utf8 = the message is not UTF-8 text
fail-reason-blank = the message was blank
fail-reason-stopping = the server is stopping
fail-reason-unknown = the server gave no reason

## The chat client: lines without a window

tcp-chat-client-event-connecting = { tcp-chat-client-link-connecting }
tcp-chat-client-event-reached = { tcp-chat-client-link-reached }
tcp-chat-client-event-connected =
    { tcp-chat-client-link-online }
    { tcp-chat-client-note-ready }
tcp-chat-client-event-key-asked = { GIVEN($known) ->
    [yes] The key of { $address } is { $key }, where { $known } was expected; if that is right, connect with --server-key { $key }
   *[no] { $address } has the key { $key }; if that is right, connect with --server-key { $key }
}
tcp-chat-client-event-pass-asked = { tcp-chat-client-link-pass-asked }, see --pass-file
tcp-chat-client-event-retrying = Trying again in { SECONDS($retry_in_ms) } s, { $reason }
tcp-chat-client-event-encoding = { tcp-chat-client-note-encoding }
tcp-chat-client-event-sent-away = { $reason }
tcp-chat-client-event-disconnected = { tcp-chat-client-note-left }
tcp-chat-client-event-greeting-answered = Not shown: { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
}, the answer to our greeting
tcp-chat-client-event-accepted = Waiting: { $ahead } ahead
tcp-chat-client-event-thinking = The bot is thinking
tcp-chat-client-event-reply = { $other_bot ->
    [true]
        Bot: { EXCERPT($bot, max: 40) }
        Server: { $text }
   *[false] Server: { $text }
}
tcp-chat-client-line-sent = Client: { $text }
tcp-chat-client-line-failed = { GIVEN($text) ->
    [yes] Failed: { EXCERPT($text, max: 60) } ({ $reason })
   *[no] Failed: { $reason }
}

## The chat client: the conversation

tcp-chat-client-conversation = Conversation
tcp-chat-client-server = Server
tcp-chat-client-said = { $speaker }, { $time }
tcp-chat-client-said-state = { $speaker }, { $time }, { $state }
tcp-chat-client-you = You
tcp-chat-client-today = Today
tcp-chat-client-say = Try one of these
tcp-chat-client-say-time = what time is it?
tcp-chat-client-say-roll = roll 2d6
tcp-chat-client-say-help = help
date-day = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
tcp-chat-client-unread = New
tcp-chat-client-older = { $count ->
    [one] One older message is no longer kept
   *[other] { $count } older messages are no longer kept
}
tcp-chat-client-new = { $count } new
tcp-chat-client-to-end = Go to newest
tcp-chat-client-state-unsent = { $is_wanted ->
    [true] will be sent when the connection is back
   *[false] not sent, there is no connection
}
tcp-chat-client-state-elsewhere = not sent, meant for { $address }
tcp-chat-client-state-discarded = not sent, discarded
tcp-chat-client-state-waiting = waiting, { $ahead } ahead
tcp-chat-client-state-sending = sending
tcp-chat-client-state-asking = asking
tcp-chat-client-state-thinking = thinking
tcp-chat-client-state-answering = answering
tcp-chat-client-state-answered = answered
tcp-chat-client-state-failed = { $reason_word ->
    [cancelled] { $reason }
    [not_connected] { $reason }
    [busy] { $reason }
    [too_long] { $reason }
   *[other] failed, { $reason }
}
tcp-chat-client-stop = Stop
tcp-chat-client-cancel = Cancel
tcp-chat-client-try-again = Try again
tcp-chat-client-send-when-back = Send when back
tcp-chat-client-send-now = Send now
tcp-chat-client-do-not-send = Don't send
tcp-chat-client-discard = Discard
tcp-chat-client-copy = Copy message
tcp-chat-client-copy-all = Copy conversation
tcp-chat-client-clear = Clear
tcp-chat-client-undo-clear = Undo clear
tcp-chat-client-undo-paste = Undo paste
tcp-chat-client-cleared = { $unsent ->
    [0] The conversation is cleared
    [one] The conversation is cleared, with a message that was not sent
   *[other] The conversation is cleared, with { $unsent } messages that were not sent
}
tcp-chat-client-more = More...

## The chat client: writing

tcp-chat-client-message = Message
tcp-chat-client-hint = Message (Shift+Enter for a new line)
tcp-chat-client-send = Send
tcp-chat-client-refusal-blank = a blank message is not sent
tcp-chat-client-refusal-invitation = This is an invitation to a server: connect with it, it is not sent
tcp-chat-client-refusal-too-long = the message has { $len } bytes, the limit is { $max }, shorten it
tcp-chat-client-refusal-paste-too-long = the pasted text has { $len } bytes, the message may have { $max }: the rest was left out
tcp-chat-client-refusal-too-many-unsent = too many messages are waiting for the connection, your text is kept
tcp-chat-client-refusal-busy = busy, your text is kept, try again

## The chat client: closing

drafts-error = { $error_word ->
    [broken] unsent messages of an earlier window cannot be read ({ $reason }), their file is kept as { $aside }
   *[unreadable] unsent messages of an earlier window cannot be read ({ $reason }): { $file }
}

tcp-chat-client-closing = Close the window?
tcp-chat-client-closing-open = { $count ->
    [one] One message has no answer yet; the answer will be lost
   *[other] { $count } messages have no answer yet; the answers will be lost
}
tcp-chat-client-closing-unsent = { $count ->
    [one] One message was not sent and cannot be kept; it will be lost
   *[other] { $count } messages were not sent and cannot be kept; they will be lost
}
tcp-chat-client-close-anyway = Close anyway
tcp-chat-client-stay = Keep open
tcp-chat-client-leaving = Leave this server?
tcp-chat-client-leave-anyway = Leave anyway
tcp-chat-client-stay-connected = Stay connected

## The chat client: find

tcp-chat-client-find-open = Find...
tcp-chat-client-find-none = Not found
tcp-chat-client-find-place = { $index } of { $count }

## The chat client: settings and keys

tcp-chat-client-room-connection = Connection
tcp-chat-client-room-messages = Messages
tcp-chat-client-host = Server
tcp-chat-client-dialect = Dialect
tcp-chat-client-dialect-auto = Automatic
tcp-chat-client-dialect-records = Records
tcp-chat-client-dialect-plain = Plain
tcp-chat-client-dialect-hint = Records for tcp-chat-server, plain text for the original demo and other simple servers; used from the next connection on
tcp-chat-client-reconnect = Reconnect automatically
tcp-chat-client-send-by-itself = Send messages written offline once connected again
tcp-chat-client-key-send = Send
tcp-chat-client-key-break = New line in the message
tcp-chat-client-key-stop = Stop the answer that is coming
tcp-chat-client-key-recall = Your earlier and later messages
tcp-chat-client-key-walk = From message to message
tcp-chat-client-key-act = Press the message's button
tcp-chat-client-key-copy = Copy the selection or the message
tcp-chat-client-key-ends = First and last message
tcp-chat-client-key-find = Find, next, previous
tcp-chat-client-key-save = Save the conversation
tcp-chat-client-key-clear = Clear; again: undo

## Titles of the windows

udp-time-server-title = UDP time server
udp-time-server-title-port = Port { $port }
udp-time-client-title = UDP time client
tcp-chat-server-title = TCP chat server
tcp-chat-client-title = TCP chat

## What the two time programs share

interface-kind-wired = wired
interface-kind-wireless = wireless
interface-kind-loopback = this computer
interface-kind-virtual = virtual
interface-kind-vpn = VPN
engine-failed = internal error, please report the lines above
status-broken = Stopped by an internal error, close the window and open it again

## The time server: its window

udp-time-server-start = Start Server
udp-time-server-stop = Stop Server
udp-time-server-stopped = Stopped, press Start Server
udp-time-server-stopped-faulty = Stopped, correct the settings to start
udp-time-server-stopped-nobody = Stopped, switch a destination on to start
udp-time-server-sending-nobody = Sending to nobody, switch a destination on
udp-time-server-sending = Sending { $every } to { $name }
udp-time-server-sending-several = Sending { $every } to { $count } destinations
udp-time-server-failing = Sending to { $name } fails, still trying
udp-time-server-failing-some = Sending { $every }, { $failing } of { $count } destinations { $failing ->
    [one] fails
   *[other] fail
}
udp-time-server-every = every { $interval }
udp-time-server-every-second = every second
udp-time-server-every-minute = every minute
udp-time-server-every-hour = every hour
udp-time-server-date = { $day } · UTC{ $offset }
udp-time-server-sends = sends  { $payload }
udp-time-server-ticks = { $count ->
    [0] No ticks yet
    [one] { $count } tick
   *[other] { COUNT($count) } ticks
}
udp-time-server-ticks-late = { $ticks } · latest { $late } ms late
udp-time-server-interval = Every
udp-time-server-interval-hint = From 50 ms to 1 h, such as 0.5, 250 ms or 5 min
udp-time-server-format = Format
udp-time-server-format-text = Text
udp-time-server-format-custom = Custom
udp-time-server-pattern = Pattern
udp-time-server-pattern-hint = strftime: %H:%M:%S is the time, %F the date
udp-time-server-zone = Zone
udp-time-server-zone-hint = local, UTC, or a name such as Europe/Berlin: type a part of it to find it
udp-time-server-zones = Time zones
udp-time-server-hops = TTL
udp-time-server-hops-hint = How many networks a multicast datagram may cross; 1 keeps it in its own
udp-time-server-settings-sending = Sending
udp-time-server-settings-in-use = Stop the server to change what it sends
udp-time-server-start-with-window = Start the server when the window opens
udp-time-server-key-start = Start or stop the server
udp-time-server-key-remove = Remove a destination

## The time server: its destinations

udp-time-server-destinations = Destinations
udp-time-server-to = To
udp-time-server-to-hint = host, host:port, lan, multicast%eth0
udp-time-server-add = + Add
udp-time-server-add-it = Add
udp-time-server-change = Change
udp-time-server-cancel = Cancel
udp-time-server-edit = Edit
udp-time-server-remove = Remove
udp-time-server-sent = { COUNT($count) } sent
udp-time-server-lamp-on = Sending
udp-time-server-lamp-waiting = Nothing sent yet
udp-time-server-lamp-failed = Failing
udp-time-server-lamp-stopped = On
udp-time-server-lamp-off = Off
udp-time-server-more-addresses = { $address } and { $count } more
udp-time-server-this-computer = this computer
udp-time-server-every-lan = every LAN
udp-time-server-lan = LAN on { $interface }
udp-time-server-group-on = { $family ->
    [ipv6] IPv6 group
   *[ipv4] group
} on { $interface }
udp-time-server-group = { $family ->
    [ipv6] IPv6 group
   *[ipv4] group
} { $group }
udp-time-server-nearby = everybody nearby
udp-time-server-with-port = { $name }, port { $port }
udp-time-server-own-addresses = This computer's addresses
udp-time-server-no-addresses = None, this computer is on no network
udp-time-server-own-interface = { $interface }, { $kind }
udp-time-server-copy = Copy
udp-time-server-copy-which = Copy { $what }
udp-time-server-copy-sent = Copy what is sent

## The time server: what is wrong

udp-time-server-event-tick = { $text }
udp-time-server-event-error = error: { $error }: { $to }
udp-time-server-event-recovered = recovered: { $to }
udp-time-server-fault-looking-up = still looking up the host
udp-time-server-fault-no-address = host not found ({ $reason })
udp-time-server-fault-no-interface = this computer has no interface { $interface }
udp-time-server-fault-interface-down = { $interface } is down, turn it on or check its cable
udp-time-server-fault-no-broadcast = { $interface } has no broadcast address: it has no IPv4 address or is a point-to-point link
udp-time-server-fault-no-lan = no network of this computer has a broadcast address
udp-time-server-fault-needs-interface = name an interface, such as { $group }%eth0
udp-time-server-fault-queue-full = the system's send queue is full
udp-time-server-fault-not-sendable = nothing can be sent to this address
udp-time-server-fault-network-down = the network is down
interval-error-not-a-time = use seconds, or a number with ms, s, min or h, such as 0.5 or 250ms, not { $typed }
interval-error-out-of-range = use an interval from 50 ms to 1 h, not { $typed }
zone-error = unknown time zone, use local, UTC or a name such as Europe/Berlin: { $typed }
target-error-port = use a port from 1 to 65535, not { $typed }
target-error-no-interface = name an interface, such as broadcast:eth0
target-error-not-a-group = a multicast group is from 224.0.0.0 to 239.255.255.255 or begins with ff: { $typed }
list-error-too-many = { $count } destinations are too many, the limit is { $max }

## The time client: its window

udp-time-client-start = Start
udp-time-client-stop = Stop
udp-time-client-stopped = Stopped, press Start
udp-time-client-stopped-faulty = Stopped, correct the address or the port to start
udp-time-client-opening = Opening port { $port } of { $listen }
udp-time-client-listening = { $place ->
    [interface] Listening on { $interface }, port { PORT($address) }, this network
    [group] { $interfaces_count ->
        [0] Group { $address } is waiting for a network
       *[other] Listening to group { $address } on { $interfaces }
    }
   *[address] Listening on { $address }, { $reach }
}
listening-note-elsewhere = another program holds { $holder }: datagrams for that address alone go there, not here
listening-note-conflict-on-port = another program listens on port { $port } too: broadcasts reach both, datagrams for this computer alone reach the one started last
listening-note-conflict = another program has taken { $holder } too: datagrams for that address reach the one started last
listening-note-no-interface = waiting for { $wanted }: no interface of that name is up and takes part in multicast
listening-note-no-room-to-join = the system allows no more group memberships (net.ipv4.igmp_max_memberships, for IPv6 net.core.optmem_max), choose one interface; not joined on { $not_joined }
listening-note-not-joined = the group could not be joined on { $not_joined } ({ $reason })
udp-time-client-event-listening = { udp-time-client-listening }{ $note_count ->
    [0] { "" }
   *[other] ; { $note }
}
udp-time-client-event-error = error: { $error }
udp-time-client-payload-empty = (empty datagram)
udp-time-client-payload-cut = (cut, { $bytes } bytes in all)
udp-time-client-event-datagram =
    Date time: { $bytes ->
        [0] { udp-time-client-payload-empty }
       *[other] { EXCERPT($text, max: 2000) }{ CUT($text, 0, max: 2000) ->
            [0] { "" }
           *[other] {" "}{ udp-time-client-payload-cut }
        }
    }
    Host: { $host }
    Port: { $port }
    { "" }
udp-time-client-report-quality = Quality of { $message }
udp-time-client-report-counters = Datagrams: { $message }
udp-time-client-between = {", "}
udp-time-client-nothing-heard = Nothing yet; start a time server that sends to this computer and this port
udp-time-client-not-listening = Not listening: nothing can arrive
udp-time-client-trying-again = Trying again every second
udp-time-client-use-port = Use { $port }
udp-time-client-own-clock = This computer's clock jumped by { $by } at { $at }: it was set, or the computer slept; offsets start over
udp-time-client-buffer = Receive buffer { COUNT($granted) } KiB{ $is_less ->
    [yes] , of { COUNT($asked) } KiB asked for: the system allows no more (net.core.rmem_max)
   *[no] { "" }
}
udp-time-client-counters = { COUNT($received) } received{ $second_copies ->
    [0] { "" }
    [one] {" "}· { $second_copies } duplicate merged
   *[other] {" "}· { COUNT($second_copies) } duplicates merged
}{ $dropped ->
    [0] { "" }
   *[other] {" "}· { COUNT($dropped) } not shown
}{ $lost_by_system ->
    [0] { "" }
   *[other] {" "}· { COUNT($lost_by_system) } dropped by the OS
}{ $errors ->
    [0] { "" }
    [one] {" "}· { $errors } error
   *[other] {" "}· { COUNT($errors) } errors
}{ $senders_forgotten ->
    [0] { "" }
    [one] {" "}· { $senders_forgotten } sender forgotten
   *[other] {" "}· { COUNT($senders_forgotten) } senders forgotten
}
udp-time-client-listen-on = Listen on
udp-time-client-listen-there = Listen there
udp-time-client-choose = Choose...
udp-time-client-interface = Interface
udp-time-client-every-interface = all
udp-time-client-here = This computer only, { $address }
udp-time-client-every-network-v4 = Every network, IPv4
udp-time-client-every-network = Every network, IPv4 and IPv6
udp-time-client-only-interface = Only { $name }, { $kind }{ $address }{ $state ->
    [down] {", "}down
   *[up] {""}
}
udp-time-client-group = Multicast group { $group }
udp-time-client-settings-listen = Listening
udp-time-client-start-with-window = Listen when the window opens
udp-time-client-key-start = Start or stop listening
udp-time-client-key-quality = Show or hide the quality of a sender
udp-time-client-key-remove = Remove a silent sender

## The time client: its senders

udp-time-client-column-sender = Senders
udp-time-client-column-time = Time
udp-time-client-column-offset = Offset
udp-time-client-column-jitter = Jitter
udp-time-client-column-lost = Lost
udp-time-client-column-heard = Heard
udp-time-client-silent = silent, { $ago }
udp-time-client-silent-short = silent
udp-time-client-heard-at = last heard at { $at }
udp-time-client-now = now
udp-time-client-ago-seconds = { $count } s ago
udp-time-client-ago-minutes = { $count } min ago
udp-time-client-ago-hours = { $count } h ago
udp-time-client-ago-days = { $count } days ago
udp-time-client-unit-days = days
udp-time-client-offset-range = { $low } to { $high } { $unit }
udp-time-client-sender-text = { $source } (text)
udp-time-client-remove = Remove
udp-time-client-remove-hint = Only a silent sender can be removed
udp-time-client-sender-at = { $name } at { $source }
udp-time-client-quality-of = Quality of { $sender }
udp-time-client-copy-figures = Copy figures
udp-time-client-save-figures = Save figures...
udp-time-client-save-figures-hint = The last ten minutes as CSV, for spreadsheets
udp-time-client-only-its = Only its datagrams
udp-time-client-close-quality = Hide quality
udp-time-client-no-time = No offset: its datagrams contain no time in a known format
udp-time-client-zone-shift = Its clock differs by { $shift }: taken for another time zone, not for an offset
udp-time-client-clock-set = Its clock jumped by { $by } at { $at }{ $times ->
    [1] {""}
   *[other] {", "}{ $times } times in all
}
udp-time-client-not-known = not known
udp-time-client-quality = offset { $offset }, jitter { $jitter }, interval { $interval }, received { $received }, { $is_counted ->
    [no] lost not known
   *[yes] lost { $lost }, duplicate { $duplicate }, reordered { $reordered }, restarted { $restarted }{ $gaps ->
        [0] { "" }
       *[other] , gaps { $gaps }
    }
}{ $is_silent ->
    [yes] , silent since { $heard }
   *[no] { "" }
}
udp-time-client-plot-heading = { $name }, { $unit }
udp-time-client-plot-lost = x marks lost ticks
udp-time-client-plot-resumed = | listening resumed
udp-time-client-plot-point = { $name } { $value }, { $seconds } s ago
udp-time-client-plot-label = { $name } over the last ten minutes, newest { $value }

## The time client: its datagrams

udp-time-client-datagrams = Datagrams
udp-time-client-datagram-received = Received
udp-time-client-datagram-sender = Sender
udp-time-client-datagram-text = Text
udp-time-client-datagram-bytes = Bytes
udp-time-client-datagram-note = Note
udp-time-client-mark-lost = { $count } lost before
udp-time-client-mark-duplicate = duplicate
udp-time-client-mark-late = late
udp-time-client-mark-restarted = restarted
udp-time-client-mark-resumed = not listening before
udp-time-client-pause = Pause
udp-time-client-pause-hint = New datagrams wait meanwhile, the newest 100,000 of them
udp-time-client-resume = Resume
udp-time-client-resume-waiting = Resume, { COUNT($count) } waiting
udp-time-client-every-sender = Show all senders
udp-time-client-datagram = Datagram from { $source } at { $time }, { $bytes ->
    [one] { $bytes } byte
   *[other] { $bytes } bytes
}
udp-time-client-copy-bytes = Copy bytes
udp-time-client-copy-bytes-hint = Copy as hex and text
udp-time-client-close-bytes = Hide bytes
udp-time-client-save-figures-to = Save the figures to

## The chat server: its window

tcp-chat-server-start = Start Server
tcp-chat-server-stop = Stop Server
tcp-chat-server-stopped = Stopped, press Start Server
tcp-chat-server-stopped-faulty = Stopped, correct the settings to start
tcp-chat-server-starting = Looking up the address to listen on
tcp-chat-server-listening = Listening on every network
tcp-chat-server-clients-connect-to = Clients connect to
tcp-chat-server-own-clients-connect-to = Clients on this computer connect to
tcp-chat-server-copy-address = Copy address
tcp-chat-server-open-chat = Open a chat window
chat-window-error-missing = no chat window can be opened, the chat client is missing: { $file }
chat-window-error-other = no chat window can be opened, the chat client does not start ({ $reason }): { $file }
tcp-chat-server-listen-computer = This computer only
tcp-chat-server-listen-every = Every network
tcp-chat-server-stopping = Stopping, answering the last questions
tcp-chat-server-try-again = Try again
tcp-chat-server-use-port = Use { $port }
tcp-chat-server-listen-on = Listen on
tcp-chat-server-listen-on-hint = An address, localhost or any
tcp-chat-server-max-clients = Clients at once
tcp-chat-server-max-clients-hint = Further clients are refused and told why; each client uses one file descriptor
tcp-chat-server-max-of-address = Clients per address
tcp-chat-server-max-of-address-hint = An IPv6 network (/64) counts as one address; clients on this computer are not limited
tcp-chat-server-max-calls = Bot calls at once
tcp-chat-server-max-calls-hint = Further messages wait their turn
tcp-chat-server-out-of-range = { $name } must be a whole number from { $min } to { $max }
tcp-chat-server-settings-listen = Listening
tcp-chat-server-settings-limits = Limits
tcp-chat-server-settings-in-use = Stop the server to change these
tcp-chat-server-start-with-window = Start the server when the window opens
tcp-chat-server-clients = Clients { $count }
tcp-chat-server-nobody = Nobody is connected
tcp-chat-server-counters = { $clients ->
    [one] 1 client
   *[other] { $clients } clients
} · { $asked } asked · { $answered } answered
tcp-chat-server-totals = { $connected } connected since the start{ $refused ->
    [0] {""}
   *[other] {", "}{ $refused } refused
}, { $asked } asked, { $answered } answered, { $failed } failed, { $rate } answers/s, { $received } in, { $sent } out
tcp-chat-server-log = Log
tcp-chat-server-log-unseen = { $count ->
    [one] Log, 1 new problem
   *[other] Log, { $count } new problems
}
tcp-chat-server-show = Show
tcp-chat-server-show-all = All
tcp-chat-server-show-warnings = Warnings
tcp-chat-server-show-warnings-hint = Warnings and errors
tcp-chat-server-show-errors = Errors
tcp-chat-server-level-warning = Warning: { $text }
tcp-chat-server-level-error = Error: { $text }

## The chat server: its table of clients

tcp-chat-server-column-address = Address
tcp-chat-server-column-port = Port
tcp-chat-server-column-since = Since
tcp-chat-server-column-asked = Asked
tcp-chat-server-column-answered = Answered
tcp-chat-server-column-bytes-in = Bytes in
tcp-chat-server-column-bytes-out = Bytes out
tcp-chat-server-column-state = State
tcp-chat-server-column-last-error = Last error
tcp-chat-server-sort-by = Sort by { $column }
tcp-chat-server-not-sorted = { $column }, not sorted
tcp-chat-server-sorted-ascending = { $column }, sorted ascending
tcp-chat-server-sorted-descending = { $column }, sorted descending
tcp-chat-server-idle = idle
tcp-chat-server-waiting-next = waiting, next
tcp-chat-server-waiting = waiting, { $ahead } ahead
tcp-chat-server-asking = asking the bot
tcp-chat-server-more = { $state }, { $count } more
tcp-chat-server-disconnect = Disconnect
tcp-chat-server-disconnect-ask = Disconnect...
tcp-chat-server-disconnect-question = Disconnect { $address }? Clients other than TCP chat may come back by themselves
tcp-chat-server-do-not = Cancel
tcp-chat-server-disconnect-whom = Disconnect { $address }
tcp-chat-server-client = { $encrypted ->
    [yes] {"encrypted, "}
   *[no] {"not encrypted, "}
}since { $since }, asked { $asked }, answered { $answered }, { $received } in, { $sent } out
tcp-chat-server-last-error = Last error: { $error }
tcp-chat-server-key-rows = Client above or below
tcp-chat-server-key-start = Start or stop the server

## The chat server: what happens

tcp-chat-server-event-listening = Listening on { $address }, { $reach }
tcp-chat-server-event-waiting = { $reason }
tcp-chat-server-event-listen-failed = { $reason }
tcp-chat-server-event-accept-failed = Cannot accept connections, trying again: { $message }
tcp-chat-server-event-few-descriptors = Not enough file descriptors for all clients: { $needed } may be needed, the system allows { $allowed }, see "ulimit -Hn"
tcp-chat-server-event-bot-notice = { $bot }: { $notice }
tcp-chat-server-event-refused = Refused address { IP($address) }, port { PORT($address) }: { $reason }
tcp-chat-server-event-connected = Connected with address { IP($address) }, port { PORT($address) }
tcp-chat-server-event-disconnected = Disconnected with address { IP($address) }, port { PORT($address) }{ $reason_word ->
    [closed_by_client] { "" }
   *[other] { "" }: { $reason }
}
tcp-chat-server-event-not-encrypting = warning: no connection can be encrypted: { $reason }
start-error-no-tls = cannot encrypt connections: { $reason }
start-error-no-pass = { pass-error }
start-error-pass-gone = the pass phrase is not kept on this computer: type it again in the settings, or remove it there
start-error-pass-not-read = the pass phrase cannot be read ({ $store }): type it again in the settings, or remove it there
tcp-chat-server-event-pass-not-kept = The pass phrase has to be typed again after the next start: { $reason }
tcp-chat-server-pass-kept = kept in the key store
tcp-chat-server-pass-remove-ask = Remove...
tcp-chat-server-pass-remove-question = Remove the pass phrase from the key store? The server is open without one
tcp-chat-server-pass-remove = Remove
tcp-chat-server-settings-access = Encryption and access
tcp-chat-server-tls = Encryption
tcp-chat-server-tls-on = Encrypted and plain
tcp-chat-server-tls-only = Encrypted only
tcp-chat-server-tls-off = Plain only
tcp-chat-server-pass = Pass phrase
tcp-chat-server-pass-none = none
tcp-chat-server-pass-hint = What clients have to say before they are answered; the key store of the system keeps it for the next start
tcp-chat-server-pass-suggest = Suggest
tcp-chat-server-networks = Networks
tcp-chat-server-networks-all = everywhere
tcp-chat-server-networks-hint = Networks such as 192.168.1.0/24, with commas between them; 127.0.0.1 and ::1 always may
tcp-chat-server-key = Key
tcp-chat-server-copy-key = Copy key
tcp-chat-server-copy-invitation = Copy invitation
tcp-chat-server-copy-invitation-hint = One line with address, key and pass phrase; paste it into the chat client's server field
access-words = { $encryption ->
    [only] Encrypted connections only
    [on] Encrypted and plain connections
   *[off] Plain connections only, which others on the network can read
}{ $pass ->
    [wanted] {", with the pass phrase"}
    [here] {", with the pass phrase, which is taken from this computer only: clients elsewhere need encryption to say it"}
   *[none] {", without a pass phrase"}
}{ GIVEN($networks) ->
    [yes] {", from "}{ $networks }
   *[no] {""}
}
tcp-chat-server-lan-only = This LAN only
tcp-chat-server-lan-only-hint = Only let in clients from { $networks }, others are disconnected
tcp-chat-server-let-all-in = Let in every network
tcp-chat-server-event-encrypts = Encrypted connections too, with the key { $key }
tcp-chat-server-event-encrypted = Encrypted from here on: address { IP($address) }, port { PORT($address) }
tcp-chat-server-event-encoding = Client { $address } uses { $encoding }
tcp-chat-server-event-asked = Client { $address } asks: { EXCERPT($text) }{ CUT($text, $bytes) ->
    [0] { "" }
   *[other] {" "}(cut, { $bytes } bytes in all)
}
tcp-chat-server-event-answered = { $bot } answers { $address } after { SECONDS($elapsed_ms) } s: { EXCERPT($text) }{ CUT($text, $bytes) ->
    [0] { "" }
   *[other] {" "}(cut, { $bytes } bytes in all)
}{ $fallbacks_count ->
    [0] { "" }
   *[other] {" "}[{ $fallbacks }]
}
tcp-chat-server-event-failed = No answer to { $address }: { $error }
tcp-chat-server-report-stats = { $message }
refusal-too-many-clients = { $max ->
    [one] one client is connected already
   *[other] { $max } clients are connected already
}
refusal-not-allowed = its network is not let in
refusal-too-many-of-address = { $max ->
    [one] one client of this address or network is connected already
   *[other] { $max } clients of this address or network are connected already
}
disconnect-reason-closed-by-client = closed by the client
disconnect-reason-at-fault = { $error ->
   *[other] { $detail }
}
disconnect-reason-not-encrypted = { $tls }
disconnect-reason-slow-reader = it does not read its answers
disconnect-reason-broken = { $network }
disconnect-reason-stopped = the server is stopping
disconnect-reason-by-user = disconnected by the server's operator{ $stays_away ->
    [true] {", and told to stay away until its user connects again"}
   *[false] { "" }
}
disconnect-reason-internal = internal error, please report it
tcp-chat-server-event-stopped = Stopped

## The chat server: why a message gets no answer

ask-error-no-bots = no bot is set up
ask-error-no-reply = { $failures }
ask-error-cancelled = cancelled by the client
ask-error-blank = the message is blank
ask-error-too-long = the message has { $len } bytes, the limit is { $max }
ask-error-plain = { $error }
ask-error-queue-full = { $max } messages are waiting already, this one was refused
ask-error-server-full = { $max } bytes of messages are waiting at the server already, this one was refused, try again later
ask-error-queue-overflow = { $max } messages are waiting already, { $count ->
    [one] { $count } more was refused
   *[other] { $count } more were refused
}
ask-error-server-stops = the server is stopping
ask-error-client-disconnected = disconnected by the server's operator

## The chat server: how a bot does

tcp-chat-server-bot-asked-again = being asked, no answer since { $since }: { $error }
tcp-chat-server-bot-unasked = not asked yet
tcp-chat-server-bot-unanswered = no answer yet
tcp-chat-server-bot-asked = being asked
tcp-chat-server-bot-at-once = answers at once
tcp-chat-server-bot-answers = answers in about { $secs } s
tcp-chat-server-bot-fails = not answering since { $since }: { $error }
tcp-chat-server-bot-fails-next = not answering since { $since }, next try with the next question: { $error }
tcp-chat-server-bot-fails-again = not answering since { $since }, trying again in { $secs } s: { $error }
bot-failure-failed = { $bot } failed ({ $error })
bot-failure-failed-and-rests = { $bot } failed ({ $error }; paused for { $rests_secs } s)
bot-failure-not-asked = { $bot } was not asked ({ $error })
tcp-chat-server-bot-noticed = { $notice }; { $state }
bot-error-unreachable = { $reason }: { $host }
bot-error-proxy-failed = the proxy { $proxy }: { $reason }
bot-error-timed-out = no answer within { $after } s
bot-error-stalled = nothing more came within { $after } s
bot-error-cut-off = the answer broke off: { $reason }
bot-error-status = the service answered with HTTP status { $status }
bot-error-redirect = the service redirects to another address (HTTP status { $status }), use that one
bot-error-refused = the service says: { $text }
bot-error-question-refused = the service says: { $text }
bot-error-context-too-long = the conversation has become too long for the model: /new begins a new one (the service says: { $text })
bot-error-no-such-model = the service says: { $text }{ $advice }
bot-error-declined = the model declines: { $text }
bot-error-filtered = blocked by the service's content filter
bot-error-says-it-failed = the service said that it failed
bot-error-code = { $meaning } (code { $code })
bot-error-bad-key = the service rejected the key{ $advice }
bot-error-quota = the service's quota is used up{ $advice }
bot-error-loading = the model is being loaded
bot-error-retry-later = { $error }; next try in { $secs } s
bot-error-resting = { $failures ->
    [one] it failed
   *[other] it failed { $failures } times in a row, last
}: { $last }; next try in { $secs } s
bot-error-asked-too-often = its limit of { $calls ->
    [one] { $calls } call
   *[other] { $calls } calls
} in { $within } s is reached; next try in { $secs } s
bot-error-not-a-reply = the service sent { $body } instead of a reply
bot-error-not-understood = the service has no answer to this
bot-error-advert = the reply is only an advert
bot-error-empty = the reply is empty
bot-error-only-thought = the model only thought, and gave no reply
bot-error-length-reached = the reply reached its maximum length
bot-error-too-long = the reply is longer than { $max } bytes
bot-error-question-too-long = the question makes a request of { $len } bytes, the limit is { $max }
bot-error-question-unfit = the question cannot be part of the service's address
bot-error-too-many-characters = the question has { $len } characters, the service takes { $max }
bot-error-no-key = { $value }
bot-error-setup = { $value }
bot-error-not-reached = the bot cannot be reached
bot-error-not-set-up = the bot is not set up

## The chat server: why a bot's service does not answer

service-fault-no-address = the name cannot be looked up
service-fault-certificate = its certificate is not trusted ({ $reason })
service-fault-no-encryption = the service does not use encryption, try http:// in its address
service-fault-proxy-login = it asks for a user name and password, or rejects those it got
service-fault-no-tunnel = it does not connect to the service
service-fault-not-there = it cannot be reached
service-fault-ended-early = the service ended it early
service-fault-network = { $value }
service-fault-other = { $reason }
unexpected-body-nothing = nothing
unexpected-body-not-utf8 = text that is not UTF-8
unexpected-body-web-page = a web page
unexpected-body-not-json = something that is not JSON
unexpected-body-event-not-json = an event that is not JSON
unexpected-body-no-result = JSON without a result
unexpected-body-no-code = JSON without a code
unexpected-body-no-status = JSON without a status
unexpected-body-no-choices = JSON without choices
unexpected-body-no-reply = JSON without a reply where it should be
unexpected-body-no-error-field = JSON without the field that tells of errors
unexpected-body-no-models = something other than a list of models
advice-bad-characters = : it has characters that no key has
advice-compare-with-project = : compare it with the project's key at the service
advice-compare-with-robot = : compare it with the one in the robot's settings at the service
advice-give-key = : enter the key of this service
advice-give-model = : enter the name of a model that it has
advice-see-plan = : wait, or see the project's plan at the service
advice-wait-for-tomorrow = : wait until tomorrow, or see the account at the service
advice-use-other-key = : wait, or use another key
advice-none = {""}
code-meaning-unreadable = the service cannot read the request
code-meaning-incomplete = the service misses a part of the request
code-meaning-encryption-on = the key's encryption is on: switch it off in the robot's settings at the service
code-meaning-no-permission = the key has no permission for this: see the robot's settings at the service
code-meaning-bad-user = the service does not accept the user id
code-meaning-too-many-users = the service counts too many users for this key: see the account at the service
code-meaning-no-text = the service found no text in the question
code-meaning-too-long = the question is too long for the service
code-meaning-own-fault = the service has a fault of its own: try again later
code-meaning-refuses = the service refuses
setup-fault-key-in-header = the key has characters that the header { $name } cannot have
setup-fault-no-model = the service lists no model that can chat, enter the name of one
setup-fault-proxy = the proxy in the variable { $variable } cannot be used, its address must begin with http://, https://, socks5:// or socks4://
setup-fault-template = { $value }
setup-fault-other = { $reason }

## The chat server: the key of a bot

tcp-chat-server-key-hint = from { $variable } or the key store, if set there
tcp-chat-server-key-about = A key typed here is kept until the window closes; the key store keeps it longer
tcp-chat-server-key-keep = Keep in the key store
tcp-chat-server-key-keep-whose = Keep the key of { $bot } in the key store
tcp-chat-server-key-keep-hint = Type the key first
tcp-chat-server-key-forget-ask = Forget...
tcp-chat-server-key-forget-question = Remove the key of { $bot } from the key store? Nothing brings it back
tcp-chat-server-key-forget = Remove
tcp-chat-server-key-forget-whose = Forget the key of { $bot } in the key store
tcp-chat-server-key-forget-hint = Removes this bot's key from the key store
tcp-chat-server-key-asking = Waiting for the key store, it may ask for its password
tcp-chat-server-key-kept = Saved in the key store
tcp-chat-server-key-forgotten = Removed from the key store
tcp-chat-server-key-none = The key store had no key
key-store-error-missing = there is no key store here
key-store-error-locked = the key store is locked, unlock it and try again
key-store-error-late = the key store did not answer within { $after } s: if it asks for its password, enter it, then try again
key-store-error-unusable = the key store holds something else under this name: forget it, then keep the key again
key-store-error-failed = the key store failed: { $reason }
missing-key-not-given = it has no key, enter one or set { $variable }
missing-key-not-kept = it has no key, enter one or set { $variable } ({ $error })
missing-key-file-unreadable = the key file cannot be read, { $error }: { $file }
missing-key-file-empty = the key file's first line is empty: { $file }

## The chat server: its bots

tcp-chat-server-bots = Bots, asked in this order
tcp-chat-server-bots-in-use = Stop the server to change the list
tcp-chat-server-bot-more = More for { $bot }
tcp-chat-server-bot-test = Test
tcp-chat-server-bot-test-of = Test { $bot }
tcp-chat-server-bot-settings = Settings
tcp-chat-server-bot-settings-of = Settings of { $bot }
tcp-chat-server-bot-up = Up
tcp-chat-server-bot-down = Down
tcp-chat-server-bot-remove = Remove
tcp-chat-server-bot-add = + Add
tcp-chat-server-bot-list-models = List models
tcp-chat-server-bot-no-models = The service offers no models
tcp-chat-server-bot-more-models = { $count ->
    [one] One more is offered: type its name
   *[other] { $count } more are offered: type a name
}
tcp-chat-server-bot-models-failed = No list of models: { $error }
tcp-chat-server-bot-tested = Asking { $bot } "{ $question }"... { $secs } s
tcp-chat-server-bot-dismiss-test = Dismiss the test of { $bot }
tcp-chat-server-bot-never-asked = Never asked: { $before } comes first and always answers
tcp-chat-server-bot-put-first = Asked first, before { $behind }
tcp-chat-server-bot-put-before = Placed before { $behind }, which always answers
tcp-chat-server-bot-removed = Removed { $bot }
tcp-chat-server-bot-undo-remove = Undo
tcp-chat-server-bot-tested-replied = { $bot } replied after { $secs } s:
tcp-chat-server-bot-tested-failed = { $bot } failed after { $secs } s: { $error }
bot-option-error-together = { $bot } is not set up yet: { $reason }
bot-option-error-unknown = { $bot } has no such option, { $known_count ->
    [0] it has none
   *[other] it has { $known }
}: { $name }
bot-option-error-value = wrong value for { $bot }.{ $name }: { $expected }
bot-option-error-not-in-list = the list has no such bot, add it with --bot: { $bot }
bot-option-error-no-bot-with = no bot in the list has an option with that name, add one with --bot: { $name }
bot-option-error-no-bot-with-key = no such bot in the list has a key, add one with --bot
bot-option-error-form = --bot-option is written BOT.NAME=VALUE
bot-list-error-unknown = no bot has this name, use { $known }: { $word }
bot-list-error-twice = a bot can be in the list only once: { $bot }
tcp-chat-server-bot-not-remembered = Not saved, it may hold a secret: write {"{"}key{"}"} in its place and enter the key above
tcp-chat-server-bot-key = Key
tcp-chat-server-bot-key-from-file = from { $file }
tcp-chat-server-bot-key-typed = typed here
tcp-chat-server-bot-key-in-clear = Sent unencrypted: anyone on the way to the service can read it
option-fault-count = a whole number from { $min } to { $max }
bot-url-error-not-http = not an http:// or https:// address: { $typed }
bot-url-error-too-much = leave out the user name, and all from ? or # on
option-fault-rate = calls and seconds, such as 200/600, or none
option-fault-switch = yes or no
option-fault-choice = one of { $words }
option-fault-line = a line of at most { $max } characters
option-fault-language = not a language code, use auto, or one like en, zh-CN, zh-TW, vi: { $typed }

## The chat server: what is wrong with a service of one's own

template-error-no-url = it needs the address of its service
template-error-not-http = not an http:// or https:// address: { $typed }
template-error-too-much = the address has a user name or a fragment, leave them out: a key goes in as {"{"}key{"}"}
template-error-moving-host = host and port of the address are fixed, placeholders come after them
template-error-placeholder = no placeholder of an address is like this, use {"{"}text{"}"}, {"{"}key{"}"}, {"{"}user{"}"}, or %7B and %7D for braces: { $typed }
template-error-no-text = the question goes nowhere: put {"{"}text{"}"} into the address or the body
template-error-body = the body is not JSON, { $reason }; a placeholder stands within quotes
template-error-body-of-get = a GET request has no body
template-error-header = a header is NAME: VALUE, without {"{"}text{"}"}, and none that HTTP sets itself: { $name }
template-error-open-secret = a secret does not belong here, write {"{"}key{"}"} and give it as the bot's key: { $name }
template-error-pointer = not a JSON pointer, write it like /data/0/text, with ~1 for / and ~0 for ~ in a name: { $typed }
template-error-error-without-reply = an error field needs a reply field too
template-error-good-without-error = an error-free value needs an error field
template-error-no-key = {"{"}key{"}"} is used but there is no key

## The chat server: what is wrong with a brain

bot-notice-brain = the brain file { $fault }, the built-in answers are used: { $file }
bot-notice-no-key = { $reason }
bot-notice-key-store = { $reason }
brain-file-error-unreadable = cannot be read ({ $error })
brain-file-error-faulty = has a fault in line { $line }: { $fault }
brain-fault-unknown-line = a line begins with one of + - @ ^ or //, not with { $word }
brain-fault-unknown-tag = { $tag } is not part of the brain's language
brain-fault-no-trigger = { $sign } needs a trigger (+) before it
brain-fault-no-reply = this trigger has no reply (-)
brain-fault-repeated = this trigger stands in line { $first } already
brain-fault-no-words = the trigger has no words
brain-fault-unpaired = the trigger has a { $sign } without its counterpart
brain-fault-too-deep = the trigger has too many brackets within one another
brain-fault-empty = there is no trigger (+) in it

## The chat server: its bots' settings

bot-option-url = Address
bot-option-timeout = Timeout (s)
bot-option-rate = Rate (calls/seconds)
bot-option-keep-adverts = Keep adverts
bot-option-language = Language
bot-option-bad-words = Rude replies (%)
bot-option-brain = Brain
bot-option-model = Model
bot-option-system = Instructions
bot-option-memory = Memory (exchanges)
bot-option-memory-bytes = Memory (bytes)
bot-option-max-tokens = Longest reply (tokens)
bot-option-first-secs = First words within (s)
bot-option-next-secs = Next words within (s)
bot-option-method = Method
bot-option-header = Headers
bot-option-body = Body
bot-option-reply = Reply field
bot-option-error = Error field
bot-option-good = Error-free value
bot-option-line-break = Line break
bot-option-name = Name

## The chat server: what its bots and their settings are about, where the window says it

bot-qingyun = A public service on the internet, unencrypted; chats in Chinese: weather, jokes, lyrics, translation
bot-turing = The Turing robot on the internet, unencrypted, even the key; chats in Chinese
bot-simsimi = SimSimi on the internet, small talk in many languages
bot-http = A service of your own that takes a question in one HTTP request and answers with text or JSON
bot-openai = A model behind OpenAI's chat interface: Ollama, llama.cpp, vLLM, LM Studio, clouds
bot-builtin = Works offline: the time, sums, dice and small talk
bot-echo = Repeats what it is told, to try out a connection
bot-turing-key = The robot's apikey at the service, with its encryption switched off; sent unencrypted
bot-simsimi-key = The project's key at the service
bot-http-key = Takes the place of {"{"}key{"}"}; sent unencrypted where the address is http://
bot-openai-key = Cloud services give you one; Ollama needs none
bot-option-url-about = Used instead of the service's own address, without the query
bot-openai-url-about = Address of the service, with or without /v1
bot-http-url-about = The service's address, with {"{"}text{"}"} for the question; {"{"}user{"}"} is a random id of the client
bot-option-timeout-about = Seconds that a reply may take
bot-option-rate-about = Calls in so many seconds that the service allows, such as 200/600, or none; beyond that the next bot answers
bot-option-keep-adverts-about = Whether a reply that is only an advert is shown
bot-option-language-about = Language of the replies, such as en, zh-CN, zh-TW or a code of the service's own; auto goes by the question's letters
bot-option-bad-words-about = How often a reply may be rude, in percent
bot-option-brain-about = File of answers, used instead of the built-in ones
bot-option-model-about = Name of the model; empty: the first of the service that can chat
bot-option-system-about = What the model is told before each conversation
bot-option-memory-about = Exchanges of the conversation that the model is told again, up to 100; /new forgets them
bot-option-memory-bytes-about = How many bytes of them at most
bot-option-max-tokens-about = Longest reply, in tokens of the model
bot-option-first-secs-about = Seconds until the reply begins, while a model is being loaded too
bot-option-next-secs-about = Seconds between two pieces of the reply
bot-option-method-about = GET, POST, PUT or PATCH; empty: POST with a body, GET without
bot-option-header-about = Headers to send, NAME: VALUE, with {"{"}key{"}"} for the key: one a line, or one each time it is given
bot-option-body-about = The JSON to send, with {"{"}text{"}"} within its quotes
bot-option-reply-about = Where the reply is in the JSON, such as /data/0/text; empty: all that comes is the reply
bot-option-error-about = Where the JSON tells of errors, such as /status; anything there, or other than the error-free value, is one
bot-option-good-about = The value of the error field where there was no error
bot-option-line-break-about = What the service writes for a line break, such as {"{"}br{"}"}
bot-option-name-about = Its name in the chat

## Servers that are found on the network

discovery-error-port-refused = port 5353, where servers are announced, is refused: { $reason }
discovery-error-other = { $reason }
discovery-error-nothing-heard = no server was heard on this network within { $seconds } s
discovery-event-found = { $name } at { $address }{ $tls ->
    [true] {", encrypted"}
   *[false] {""}
}{ $pass ->
    [true] {", wants a pass phrase"}
   *[false] {""}
}
announce = Let others on the network find this server
announced-as = Announced on the network as { $name }
servers-unheard = Servers on this network cannot be heard: { $reason }
not-announced = Not announced on the network: { $reason }
tcp-chat-server-announce-hint = Tells the network (mDNS) this computer's name, the port, the first 16 digits of its key and whether a pass phrase is wanted, while the server listens beyond this computer
tcp-chat-server-event-announced = { announced-as }
tcp-chat-server-event-not-announced = { not-announced }
udp-time-server-event-announced = { announced-as }
udp-time-server-event-not-announced = { not-announced }
udp-time-server-announce-hint = Tells the network (mDNS) this computer's name and the port, while the server sends beyond this computer
udp-time-client-announced = { $name } at { $address } is announced on the network, nothing came from it yet
udp-time-client-announced-listen = Listen on every network, port { $port }
udp-time-client-sender-announced = { $name } ({ $source })
tcp-chat-client-found = Found on this network
tcp-chat-client-found-encrypted = encrypted
tcp-chat-client-found-pass = wants a pass phrase
tcp-chat-client-found-other-key = not the key you know
