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

## Titles of the windows

udp-time-server-title = UDP time server
udp-time-client-title = UDP time client
tcp-chat-server-title = TCP chat server
tcp-chat-client-title = TCP chat client
