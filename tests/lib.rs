//! The four programs as their users meet them: real binaries, real sockets, real windows.
//!
//! The tests themselves are in `main.rs` and the modules beside it; `support/` holds what they
//! share: processes, a bot that behaves like Qingyun (or worse), a desktop of their own.
