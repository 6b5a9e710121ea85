//! What the resource is told of a refusal: the code, and the number of `docs/spec/container.md` section 6 in words.

use motebox_coap::Refusal;
use motebox_coap::msg::Code;
use motebox_envelope as envelope;
use motebox_store::Error;

pub(super) fn refused(error: envelope::Error) -> Refusal {
    let text = refusal_text(error.number());
    let (value, limit) = error.detail();
    let code = match error {
        envelope::Error::Refused(refusal) => match refusal {
            envelope::Refusal::Encoding(_) => Code::UNSUPPORTED_FORMAT,
            envelope::Refusal::TooLong { .. } => Code::TOO_LARGE,
            envelope::Refusal::Base { .. }
            | envelope::Refusal::Stale { .. }
            | envelope::Refusal::SequenceUsed(_)
            | envelope::Refusal::Floor { .. } => Code::CONFLICT,
            _ => Code::FORBIDDEN,
        },
        envelope::Error::Signature(_) => Code::FORBIDDEN,
        _ => Code::BAD_REQUEST,
    };
    let mut out = Refusal::new(code, text);
    if value != 0 || limit != 0 {
        out = out.number(value);
    }
    if limit != 0 {
        out = out.limit(limit);
    }
    if let envelope::Error::Refused(envelope::Refusal::TooLong { slot, .. }) = error {
        out = out.size1(slot);
    }
    if let envelope::Error::Signature(_) = error {
        out = out.costly();
    }
    out
}

/// The number of `docs/spec/container.md` section 6 and what it means, in a few words.
pub(super) fn refusal_text(number: u16) -> &'static str {
    const FAMILIES: [&str; 5] = [
        "11xx envelope",
        "12xx manifest",
        "13xx form",
        "refused",
        "15xx signature",
    ];
    const FORM: [&str; 3] = [
        "1311 header digest is not the manifest's",
        "1312 no text form of this kind",
        "1313 second header in the script",
    ];
    const REFUSED: [&str; 13] = [
        "1401 id is not the path's",
        "1402 kind is not taken here",
        "1403 encoding",
        "1404 for another device",
        "1405 unknown key",
        "1406 id beyond the key's scope",
        "1407 kind beyond the key's scope",
        "1408 permissions beyond the key's",
        "1409 payload longer than the slot",
        "1410 base is not the version here",
        "1411 sequence is stale",
        "1412 sequence is used",
        "1413 sequence below the floor",
    ];
    const PAYLOAD: [&str; 4] = [
        "1601 chunk digest",
        "1602 payload digest",
        "1603 payload too long",
        "1604 payload too short",
    ];
    let tables: [(u16, &[&str]); 3] = [(1311, &FORM), (1401, &REFUSED), (1601, &PAYLOAD)];
    for (first, texts) in tables {
        if let Some(text) = texts.get(usize::from(number.wrapping_sub(first))) {
            return text;
        }
    }
    let family = usize::from(number / 100).wrapping_sub(11);
    FAMILIES.get(family).copied().unwrap_or("refused")
}

pub(super) fn flash_refusal(error: Error) -> Refusal {
    match error {
        Error::NoPair(n) => Refusal::new(Code::CONFLICT, "no free slot").limit(n),
        Error::NoId(n) => Refusal::new(Code::CONFLICT, "no room for another id").limit(n),
        Error::PayloadLength(n) => Refusal::new(Code::TOO_LARGE, "payload longer than the slot")
            .limit(n)
            .size1(n),
        Error::Damaged => Refusal::new(Code::INTERNAL_ERROR, "the store is damaged"),
        _ => Refusal::new(Code::INTERNAL_ERROR, "flash failed"),
    }
}
