//! What passes and what does not, whole and byte by byte.

use super::{Framing, Phase};

/// Follows a text in one piece and in single bytes, and gives where it was found at fault: both must agree.
fn fault(text: &str) -> Option<usize> {
    let mut whole = Framing::default();
    let kept = whole.follow(&mut text.as_bytes().to_vec());
    let mut framing = Framing::default();
    let kept_singly: usize = text.bytes().map(|byte| framing.follow(&mut [byte])).sum();
    assert_eq!((kept, whole.phase(), whole.broken()), (kept_singly, framing.phase(), framing.broken()), "{text:?}");
    if whole.broken().is_none() {
        assert_eq!(kept, text.len(), "{text:?}");
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    Framing::default().follow(&mut bytes);
    assert_eq!(bytes[kept - 1], 0, "the line at fault is spoilt");
    Some(kept - 1)
}

fn passes(text: &str) {
    assert_eq!(fault(text), None, "{text:?}");
    let mut framing = Framing::default();
    framing.follow(&mut text.as_bytes().to_vec());
    assert_eq!(framing.phase(), Phase::Between, "{text:?} is not followed to its end");
}

#[test]
fn clear_requests_pass() {
    for text in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost:a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /",
        "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:\t0 \r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nGET /\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nDigest: x\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        passes(text);
    }
}

#[test]
fn heads_that_are_read_in_two_ways_do_not_pass() {
    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 5 5\r\n",
        "Content-Length: 5\u{b}\r\n",
        "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length : 5\r\n",
        " Content-Length: 5\r\n",
        "X: y\r\n Content-Length: 5\r\n",
        "X: y\r\n\tz\r\n",
        "X: y\nContent-Length: 5\r\n",
        "X: y\rContent-Length: 5\r\n",
        "X\r\n",
        ": y\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity, chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked\u{b}\r\n",
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        "Host: b\r\n",
    ] {
        let text = format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        assert!(fault(&text).is_some(), "{text:?}");
    }
}

#[test]
fn requests_name_one_host_and_a_version_knows_what_it_can() {
    for text in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
    ] {
        assert!(fault(text).is_some(), "{text:?}");
    }
}

#[test]
fn chunks_that_are_read_in_two_ways_do_not_pass() {
    for chunks in [
        "5\nGET /\r\n0\r\n\r\n",
        "5 \r\nGET /\r\n0\r\n\r\n",
        " 5\r\nGET /\r\n0\r\n\r\n",
        "0x5\r\nGET /\r\n0\r\n\r\n",
        "+5\r\nGET /\r\n0\r\n\r\n",
        "\r\nGET /\r\n0\r\n\r\n",
        "5;a\nb\r\nGET /\r\n0\r\n\r\n",
        "5;a\rb\r\nGET /\r\n0\r\n\r\n",
        "5\r\nGET /\n0\r\n\r\n",
        "5\r\nGET /X\r\n0\r\n\r\n",
        "1000000000000000\r\nGET /\r\n",
        "0\r\n\n",
        "0\r\nX : y\r\n\r\n",
        "0\r\n folded\r\n\r\n",
    ] {
        let text = format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        assert!(fault(&text).is_some(), "{text:?}");
        let mut framing = Framing::default();
        framing.follow(&mut text.into_bytes());
        assert_eq!(framing.broken(), Some(Phase::Body));
    }
}

#[test]
fn what_came_before_a_fault_goes_on_and_nothing_after_it() {
    let clear = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let text = format!("{clear}GET /x HTTP/1.1\nHost: a\r\n\r\n{clear}");
    assert_eq!(fault(&text), Some(clear.len() + "GET /x HTTP/1.1".len()));
}
