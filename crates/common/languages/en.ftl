# What the windows say, in English. One file for each language; the name of the file is its tag.
# A key begins with its place: language-, status-, log-, address-, reach-, bind-, connect-, or a program's name.
# Sentence case, no full stop, "..." on a button that asks for more. Arguments stand in { $braces }.

language-name = English

## The status line

status-busy = { $sentence } (busy, press again)

## The log

log-new = { $count } new
log-to-end = To the end
log-copy = Copy
log-copy-hint = { $count ->
    [one] Copy the line
   *[other] Copy all { $count } lines
}
log-clear = Clear
log-undo-clear = Undo clear

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
