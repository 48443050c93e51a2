//! Messages to users and clients.

mod mail;
