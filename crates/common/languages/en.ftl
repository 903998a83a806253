# What the windows say, in English. One file for each language; the name of the file is its tag.
# A key begins with its place: language-, status-, log-, address-, reach-, bind-, connect-, or a program's name.
# Sentence case, no full stop, "..." on a button that asks for more. Arguments stand in { $braces }.

language-name = English

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
    [one] In { $count } line
   *[other] In { $count } lines
}
log-find-at = Line { $place } of { $count }
log-find-more = In { $count } lines so far
log-copy = Copy
log-copy-hint = { $count ->
    [one] Copy the line
   *[other] Copy all { $count } lines
}
log-copy-selected = Copy what is selected
log-clear = Clear
log-undo-clear = Undo clear
log-save = Save...
log-save-now = Save
log-save-browse = Browse...
log-save-file = File
log-save-hint = A name that ends in .jsonl gets JSON lines, any other text
log-save-title = Save the log
log-save-text = Text
log-save-json = JSON lines
log-saved = { $count ->
    [one] { $count } line saved to { $file }
   *[other] { $count } lines saved to { $file }
}
log-not-saved = Cannot be saved ({ $reason }): { $file }
log-empty = Nothing yet
log-nothing-passes = The filter hides every line

## Addresses

address-port = Port
address-empty = The address is empty; use an address, a host name, localhost, any or broadcast
address-wrong = This is neither an address nor a host name: { $typed }
reach-computer = this computer only
reach-network = one network of this computer
reach-every-network = every network of this computer

## Why an address cannot be listened on

bind-taken = The port is taken by another program, stop that or use another port: { $address }
bind-not-ours = This computer does not have that address, use one of its own or any: { $address }
bind-not-permitted = The system does not permit this port, use one above 1023: { $address }
bind-no-such-host = The name cannot be looked up ({ $reason }): { $host }
bind-other = Cannot listen ({ $reason }): { $address }

## Why nothing gets through

connect-refused = Nobody listens there
connect-broken = The other side broke the connection
connect-timed-out = No answer
connect-no-network = No network leads there
connect-no-computer = The computer cannot be reached
connect-not-permitted = The system does not permit it

## The settings file

settings-broken = The settings cannot be understood ({ $reason }), defaults are used, the file is kept as { $file }
settings-unreadable = The settings cannot be read ({ $reason }), defaults are used, nothing is saved: { $file }
settings-unsaved = The settings cannot be saved ({ $reason }): { $file }

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
settings-contrast = High contrast
settings-zoom = Zoom
settings-zoom-hint = Also Ctrl + / - / 0
settings-language = Language
settings-language-system = System ({ $name })
settings-file = Settings file
settings-no-file = There is no folder for settings, nothing is remembered
settings-copy-path = Copy path
settings-reset = Reset to defaults
settings-reset-hint = Everything on this page
settings-keys = Keys
font-missing = Some characters cannot be shown; install { $packages }
notice-dismiss = Dismiss

## The list of keys

key-tab = Next or previous control
key-escape = Close what opened
key-find = Find in the log
key-save = Save the log
key-clear = Clear the log, with undo
key-copy = Select all, copy
key-page = A page up or down
key-ends = First or newest line
key-select = Select lines or characters
key-zoom = Larger, smaller, normal size
key-settings = Settings
key-list = This list

## The chat client: the connection

tcp-chat-client-ready = Connected! Ready to chat! :)
tcp-chat-client-off = Not connected
tcp-chat-client-connecting = Connecting to { $address }
tcp-chat-client-connecting-again = Connecting to { $address }, attempt { $attempt }
tcp-chat-client-reached = Reached { $address }, waiting for its welcome
tcp-chat-client-connected = Connected to { $address }
tcp-chat-client-connected-bot = Connected to { $address }, { $bot } answers
tcp-chat-client-connected-plain = Connected to { $address }, a plain server
tcp-chat-client-left = Disconnected from { $address }
tcp-chat-client-retry = { $reason }, trying again in { $seconds } s
tcp-chat-client-no-such-host = The name in { $address } cannot be looked up ({ $reason })
tcp-chat-client-refused = Nobody listens at { $address }
tcp-chat-client-unreachable = { $address } cannot be reached ({ $reason })
tcp-chat-client-connect-timeout = No answer from { $address } within { $seconds } s
tcp-chat-client-closed-at-greeting = { $address } closed at our hello, choose the plain dialect in the settings if it is a plain server
tcp-chat-client-no-welcome = No welcome from { $address } within { $seconds } s, it may be a plain server
tcp-chat-client-closed = { $address } closed the connection
tcp-chat-client-broken = The connection to { $address } broke ({ $reason })
tcp-chat-client-goodbye = { $address } said goodbye ({ $message })
tcp-chat-client-server-error = { $address } refused ({ $message })
tcp-chat-client-unknown-protocol = { $address } speaks protocol { $theirs }, this program speaks { $ours }
tcp-chat-client-record-too-long = { $address } sent a record of { $bytes } bytes, the limit is { $limit }
tcp-chat-client-bad-record = { $address } sent something that is no record ({ $reason })
tcp-chat-client-connect = Connect
tcp-chat-client-disconnect = Disconnect
tcp-chat-client-try-now = Try now
tcp-chat-client-change-server = Change server...

## The chat client: the conversation

tcp-chat-client-conversation = Conversation
tcp-chat-client-client = Client
tcp-chat-client-server = Server
tcp-chat-client-said = { $speaker }, { $time }
tcp-chat-client-said-state = { $speaker }, { $time }, { $state }
tcp-chat-client-by = by { $bot }
tcp-chat-client-day = { $weekday ->
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
    [one] One older entry is not kept
   *[other] { $count } older entries are not kept
}
tcp-chat-client-new = { $count } new
tcp-chat-client-to-end = To the end
tcp-chat-client-state-unsent = not sent, there is no connection
tcp-chat-client-state-wanted = will be sent when the connection is back
tcp-chat-client-state-discarded = not sent, discarded
tcp-chat-client-state-sending = sending
tcp-chat-client-state-waiting = waiting, { $ahead } ahead
tcp-chat-client-state-asking = asking
tcp-chat-client-state-answering = answering
tcp-chat-client-state-answered = answered
tcp-chat-client-state-failed = failed, { $reason }
tcp-chat-client-failed-message = { $reason ->
   *[other] { $message }
}
tcp-chat-client-failed-stopped = stopped by you
tcp-chat-client-failed-lost = the connection ended before the answer came
tcp-chat-client-failed-offline = not sent, there was no connection
tcp-chat-client-failed-busy = not sent, too many messages wait for the server
tcp-chat-client-failed-too-long = not sent, it has { $bytes } bytes, the server's limit is { $limit }
tcp-chat-client-failed-given-up = the server never answered it
tcp-chat-client-failed-bot-unreachable = the bot could not be reached
tcp-chat-client-failed-bot-timeout = the bot did not answer in time
tcp-chat-client-failed-bot = the bot gave no usable answer
tcp-chat-client-failed-stopping = the server stops
tcp-chat-client-failed-refused = the server gave no reason
tcp-chat-client-stop = Stop
tcp-chat-client-try-again = Try again
tcp-chat-client-send-when-back = Send when back
tcp-chat-client-send-now = Send now
tcp-chat-client-do-not-send = Don't send
tcp-chat-client-discard = Discard
tcp-chat-client-copy = Copy message
tcp-chat-client-copy-all = Copy conversation
tcp-chat-client-clear = Clear
tcp-chat-client-undo-clear = Undo clear
tcp-chat-client-cleared = The conversation is cleared
tcp-chat-client-more = More...

## The chat client: writing

tcp-chat-client-message = Message
tcp-chat-client-hint = Type a message; Enter sends it, Shift+Enter breaks the line
tcp-chat-client-send = Send
tcp-chat-client-busy = Busy, try again
tcp-chat-client-refusal-blank = A blank message is not sent
tcp-chat-client-refusal-too-long = The message has { $bytes } bytes, the limit is { $limit }
tcp-chat-client-refusal-too-many = Too many messages wait for the connection, your text is kept
tcp-chat-client-refusal-busy = Busy, your text is kept, try again

## The chat client: closing

tcp-chat-client-closing = Close the window?
tcp-chat-client-closing-open = { $count ->
    [one] One message has no answer yet; the answer will be lost
   *[other] { $count } messages have no answer yet; the answers will be lost
}
tcp-chat-client-close-anyway = Close anyway
tcp-chat-client-stay = Stay

## The chat client: find

tcp-chat-client-find = Find
tcp-chat-client-find-open = Find...
tcp-chat-client-find-none = Not found
tcp-chat-client-find-place = { $index } of { $count }
tcp-chat-client-find-next = Next
tcp-chat-client-find-previous = Previous

## The chat client: settings and keys

tcp-chat-client-room-connection = Connection
tcp-chat-client-room-messages = Messages
tcp-chat-client-host = Server
tcp-chat-client-dialect = Dialect
tcp-chat-client-dialect-auto = Find out
tcp-chat-client-dialect-records = Records
tcp-chat-client-dialect-plain = Plain
tcp-chat-client-dialect-hint = Records are for tcp-chat-server; plain text for the original demo and other simple servers
tcp-chat-client-connect-there = Connect there
tcp-chat-client-reconnect = Reconnect by itself when the connection is lost
tcp-chat-client-send-by-itself = Send what was written without a connection when it is back
tcp-chat-client-key-send = Send
tcp-chat-client-key-break = New line in the message
tcp-chat-client-key-recall = Earlier and later messages of yours, from the first and last row
tcp-chat-client-key-walk = From message to message, once one has the focus
tcp-chat-client-key-act = What the message's button does
tcp-chat-client-key-copy = Copy the selection, or the message that has the focus
tcp-chat-client-key-ends = Beginning and end of the conversation
tcp-chat-client-key-find = Find; again, and backwards
tcp-chat-client-key-clear = Clear the conversation; again: undo

## Titles of the windows

udp-time-server-title = UDP time server
udp-time-client-title = UDP time client
tcp-chat-server-title = TCP chat server
tcp-chat-client-title = TCP chat client
