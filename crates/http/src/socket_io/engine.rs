//! Engine.IO, protocol 3: packets, and how several of them stand in one body.

/// The most packets that a caller may send in one body.
const MAX_PACKETS: usize = 32;
/// The most digits of a length: bodies are shorter than what they can tell.
const MAX_LENGTH_DIGITS: usize = 7;

/// A packet. Binary ones are not taken: nobody has a use for them here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// The server's first: what the caller must know of the session, as JSON.
    Open(String),
    /// The sender ends the session.
    Close,
    /// Asks whether the other side is there.
    Ping(String),
    /// It is, with the text of the ping.
    Pong(String),
    /// What the layer above sends.
    Message(String),
    /// From now on the session goes over this transport.
    Upgrade,
    /// Nothing: ends a poll.
    Noop,
}

/// What is no packet, or not a number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Packet {
    /// As it stands in a frame of a WebSocket.
    pub fn encode(&self) -> String {
        match self {
            Self::Open(text) => format!("0{text}"),
            Self::Close => "1".to_owned(),
            Self::Ping(text) => format!("2{text}"),
            Self::Pong(text) => format!("3{text}"),
            Self::Message(text) => format!("4{text}"),
            Self::Upgrade => "5".to_owned(),
            Self::Noop => "6".to_owned(),
        }
    }

    /// Reads a frame.
    pub fn decode(text: &str) -> Result<Self, Malformed> {
        let mut letters = text.chars();
        let kind = letters.next().ok_or(Malformed)?;
        let rest = letters.as_str().to_owned();
        match kind {
            '0' => Ok(Self::Open(rest)),
            '1' => Ok(Self::Close),
            '2' => Ok(Self::Ping(rest)),
            '3' => Ok(Self::Pong(rest)),
            '4' => Ok(Self::Message(rest)),
            '5' => Ok(Self::Upgrade),
            '6' => Ok(Self::Noop),
            _ => Err(Malformed),
        }
    }
}

/// The body of an answer: each packet after its length in UTF-16 code units and a colon.
pub(super) fn encode_payload(packets: &[Packet]) -> String {
    packets.iter().map(Packet::encode).fold(String::new(), |body, packet| {
        let length = packet.encode_utf16().count();
        body + &format!("{length}:{packet}")
    })
}

/// Reads the body of a POST, in either form of the protocol: as text, or as bytes, which callers without a browser send
/// whatever is in it.
pub(super) fn decode_payload(body: &[u8]) -> Result<Vec<Packet>, Malformed> {
    let packets = match body.first() {
        None => Err(Malformed),
        Some(0 | 1) => decode_binary(body),
        Some(_) => decode_text(std::str::from_utf8(body).map_err(|_| Malformed)?),
    }?;
    if packets.len() > MAX_PACKETS { Err(Malformed) } else { Ok(packets) }
}

fn decode_text(mut body: &str) -> Result<Vec<Packet>, Malformed> {
    let mut packets = Vec::new();
    while !body.is_empty() && packets.len() <= MAX_PACKETS {
        let (length, rest) = body.split_once(':').ok_or(Malformed)?;
        if !(1..=MAX_LENGTH_DIGITS).contains(&length.len()) || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Malformed);
        }
        let length = length.parse().map_err(|_| Malformed)?;
        let (packet, rest) = rest.split_at_checked(bytes_of_units(rest, length)?).ok_or(Malformed)?;
        packets.push(Packet::decode(packet)?);
        body = rest;
    }
    Ok(packets)
}

/// How many bytes so many UTF-16 code units take at the beginning of a text.
fn bytes_of_units(text: &str, units: usize) -> Result<usize, Malformed> {
    let (mut seen, mut bytes) = (0, 0);
    for letter in text.chars() {
        if seen >= units {
            break;
        }
        seen += letter.len_utf16();
        bytes += letter.len_utf8();
    }
    if seen == units { Ok(bytes) } else { Err(Malformed) }
}

/// Each packet after a 0 for text, its length in bytes as digits of one byte each, and 255.
fn decode_binary(mut body: &[u8]) -> Result<Vec<Packet>, Malformed> {
    const END_OF_LENGTH: u8 = 255;
    let mut packets = Vec::new();
    while let Some((kind, rest)) = body.split_first()
        && packets.len() <= MAX_PACKETS
    {
        let end = rest.iter().take(MAX_LENGTH_DIGITS + 1).position(|byte| *byte == END_OF_LENGTH).ok_or(Malformed)?;
        let (digits, rest) = rest.split_at_checked(end).ok_or(Malformed)?;
        let rest = rest.get(1..).unwrap_or_default();
        if *kind != 0 || digits.is_empty() || digits.iter().any(|digit| *digit > 9) {
            return Err(Malformed);
        }
        let length = digits.iter().fold(0, |length, digit| length * 10 + usize::from(*digit));
        let (packet, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        packets.push(Packet::decode(std::str::from_utf8(packet).map_err(|_| Malformed)?)?);
        body = rest;
    }
    Ok(packets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> Packet {
        Packet::Message(text.to_owned())
    }

    #[test]
    fn packets_are_written_as_the_protocol_has_them() {
        for (packet, text) in [
            (Packet::Open("{}".into()), "0{}"),
            (Packet::Close, "1"),
            (Packet::Ping("probe".into()), "2probe"),
            (Packet::Pong("probe".into()), "3probe"),
            (message("0"), "40"),
            (Packet::Upgrade, "5"),
            (Packet::Noop, "6"),
        ] {
            assert_eq!(packet.encode(), text);
            assert_eq!(Packet::decode(text), Ok(packet));
        }
        for text in ["", "7", "b4AAAA", "x", "é"] {
            assert_eq!(Packet::decode(text), Err(Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_length_counts_utf16_code_units() {
        assert_eq!(
            encode_payload(&[message("a"), message("é"), message("😀"), Packet::Ping(String::new())]),
            "2:4a2:4é3:4😀1:2"
        );
        let read = decode_payload("2:4a2:4é3:4😀1:2".as_bytes());
        assert_eq!(read, Ok(vec![message("a"), message("é"), message("😀"), Packet::Ping(String::new())]));
    }

    #[test]
    fn what_is_cut_off_or_too_much_is_refused() {
        let many = "1:2".repeat(MAX_PACKETS + 1);
        for body in [
            "",
            "1",
            "1:",
            "2:4",
            "x:4",
            ":4",
            "-1:4",
            "+1:4",
            "1:42",
            "2:4😀",
            "00000001:2",
            "99999999999999999999:2",
            &many,
        ] {
            assert_eq!(decode_payload(body.as_bytes()), Err(Malformed), "{body:?}");
        }
        for body in [
            &b"\0\x01\xff"[..],
            b"\0\xff2",
            b"\0\x0a\xff2",
            b"\0\x01",
            b"\x01\x02\xff4a",
            b"\0\x01\xff\xc3",
            b"2:4\xff",
        ] {
            assert_eq!(decode_payload(body), Err(Malformed), "{body:?}");
        }
    }

    #[test]
    fn the_binary_form_is_read_too() {
        assert_eq!(
            decode_payload(b"\0\x01\xff2\0\x01\x01\xff4123456789a"),
            Ok(vec![Packet::Ping(String::new()), message("123456789a")])
        );
        assert_eq!(
            decode_payload(
                "\0\u{3}"
                    .as_bytes()
                    .iter()
                    .chain(b"\xff")
                    .chain("4é".as_bytes())
                    .copied()
                    .collect::<Vec<_>>()
                    .as_slice()
            ),
            Ok(vec![message("é")])
        );
    }

    fn packets() -> impl Strategy<Value = Vec<Packet>> {
        let text = || any::<String>();
        let packet = prop_oneof![
            text().prop_map(Packet::Open),
            Just(Packet::Close),
            text().prop_map(Packet::Ping),
            text().prop_map(Packet::Pong),
            text().prop_map(Packet::Message),
            Just(Packet::Upgrade),
            Just(Packet::Noop),
        ];
        proptest::collection::vec(packet, 1..=MAX_PACKETS)
    }

    fn encode_binary(packets: &[Packet]) -> Vec<u8> {
        packets.iter().map(Packet::encode).fold(Vec::new(), |mut body, packet| {
            body.push(0);
            body.extend(packet.len().to_string().bytes().map(|digit| digit - b'0'));
            body.push(255);
            body.extend(packet.bytes());
            body
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(packets in packets()) {
            prop_assert_eq!(decode_payload(encode_payload(&packets).as_bytes()), Ok(packets.clone()));
            prop_assert_eq!(decode_payload(&encode_binary(&packets)), Ok(packets));
        }

        #[test]
        fn no_bytes_are_too_odd(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(packets) = decode_payload(&body) {
                prop_assert!(packets.len() <= MAX_PACKETS);
            }
        }

        #[test]
        fn nothing_of_a_text_is_lost(body in "[0-9]{1,2}:[0-6].{0,6}") {
            if let Ok(packets) = decode_payload(body.as_bytes()) {
                let read: usize = packets.iter().map(|packet| packet.encode().len()).sum();
                prop_assert!(read < body.len());
            }
        }
    }
}
