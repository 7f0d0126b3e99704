//! The fields of EMVCo's codes: an id of two digits, a length of two digits, and a value; and the checksum that ends the whole.

use super::{malformed, too_long};
use crate::error::{ErrorCode, OkpayError};
use crc::{CRC_16_IBM_3740, Crc, NoTable};
use okpay_macros::model;

/// The longest payload, in characters.
const MAX_PAYLOAD: usize = 512;

/// The longest value, in characters.
const MAX_VALUE: usize = 99;

/// Which every code begins with: the version of the format.
pub(super) const FORMAT: &str = "00";

/// Which every code ends with: the checksum.
const CRC: &str = "63";

/// The id, the length and no value yet: what the checksum is taken over stands before and in it.
const CRC_HEAD: &str = "6304";

/// CRC-16/CCITT-FALSE, which the catalogue calls IBM-3740. Without a table it is slower and 512 bytes smaller.
const CRC16: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_IBM_3740);

/// One field of a code, or of a template in it.
#[model]
pub struct QrField {
    /// Two digits.
    pub id: String,
    /// 1 to 99 characters. Of a template, its fields as one text.
    pub value: String,
}

/// The fields of a code in their order, without the checksum, which has to hold.
///
/// # Errors
/// `payment_request_malformed`, `payment_request_too_long` or `payment_request_checksum`.
pub fn qr_fields(payload: &str) -> Result<Vec<QrField>, OkpayError> {
    if payload.chars().take(MAX_PAYLOAD + 1).count() > MAX_PAYLOAD {
        return Err(too_long("payload", MAX_PAYLOAD));
    }
    let mut fields = read_fields("payload", payload)?;
    let last = fields.pop().filter(|last| last.id == CRC && last.value.len() == 4);
    let last = last.ok_or_else(|| malformed(CRC, "a code ends with its checksum, 63 and 04 and four characters"))?;
    let covered = payload.strip_suffix(last.value.as_str()).unwrap_or(payload);
    match last.value == checksum(covered) {
        true => Ok(fields),
        false => {
            Err(OkpayError::invalid_at(ErrorCode::PaymentRequestChecksum, CRC, "the checksum of this code does not hold: scan it again"))
        }
    }
}

/// The payload of fields in their order, with the checksum at the end.
///
/// # Errors
/// `payment_request_malformed` for an id that is not two digits or comes twice, an empty value, or one with control characters;
/// `payment_request_too_long` for a value past 99 characters or a whole past 512.
pub fn qr_payload(fields: &[QrField]) -> Result<String, OkpayError> {
    let mut payload = write_fields(fields)?;
    payload.push_str(CRC_HEAD);
    payload.push_str(&checksum(&payload));
    // Reading it back finds what is out of place, such as a checksum among the fields.
    match qr_fields(&payload)? == fields {
        true => Ok(payload),
        false => Err(malformed("payload", "these fields do not read back as they are")),
    }
}

/// The fields of a template. `param` names it in errors.
pub(super) fn read_fields(param: &str, text: &str) -> Result<Vec<QrField>, OkpayError> {
    let cut = || malformed(param, "the text ends within a field: two digits, a length of two digits, and as many characters");
    let (mut fields, mut rest) = (Vec::<QrField>::new(), text);
    while !rest.is_empty() {
        let (head, tail) = rest.split_at_checked(4).ok_or_else(cut)?;
        if !head.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed(param, "a field begins with its id and its length, two digits each"));
        }
        let length = head[2..].parse::<usize>().map_err(|_| cut())?;
        // Lengths count characters, not bytes.
        let end = if length == 0 {
            0
        } else {
            tail.char_indices().nth(length - 1).map(|(place, last)| place + last.len_utf8()).ok_or_else(cut)?
        };
        let (value, after) = tail.split_at_checked(end).ok_or_else(cut)?;
        check_field(&fields, &head[..2], value)?;
        fields.push(QrField { id: head[..2].to_owned(), value: value.to_owned() });
        rest = after;
    }
    Ok(fields)
}

/// The text of a template's fields.
pub(super) fn write_fields(fields: &[QrField]) -> Result<String, OkpayError> {
    let mut text = String::new();
    for (place, field) in fields.iter().enumerate() {
        let length = field.value.chars().count();
        if length > MAX_VALUE {
            return Err(too_long(&field.id, MAX_VALUE));
        }
        check_field(&fields[..place], &field.id, &field.value)?;
        text.push_str(&format!("{}{length:02}{}", field.id, field.value));
    }
    Ok(text)
}

/// A field against those before it.
fn check_field(before: &[QrField], id: &str, value: &str) -> Result<(), OkpayError> {
    match () {
        () if id.len() != 2 || !id.bytes().all(|byte| byte.is_ascii_digit()) => Err(malformed("id", "an id is two digits")),
        () if value.is_empty() => Err(malformed(id, "this field is empty: leave it out")),
        () if value.chars().any(char::is_control) => Err(malformed(id, "this field has a control character")),
        () if before.iter().any(|field| field.id == id) => Err(malformed(id, "this field comes twice")),
        () => Ok(()),
    }
}

/// Four capital hex digits over the bytes of a text.
fn checksum(text: &str) -> String {
    format!("{:04X}", CRC16.checksum(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_catalogue_s() {
        assert_eq!(checksum("123456789"), "29B1");
    }

    #[test]
    fn fields_read_back() {
        let field = |id: &str, value: &str| QrField { id: id.to_owned(), value: value.to_owned() };
        let fields = [field("00", "01"), field("59", "最佳运输")];
        let payload = qr_payload(&fields).unwrap();
        assert!(payload.starts_with("0002015904最佳运输6304"), "{payload}");
        assert_eq!(qr_fields(&payload).unwrap(), fields);
        for bad in [field("0", "x"), field("０１", "x"), field("01", ""), field("01", "a\nb"), field("00", "01"), field("63", "ABCD")] {
            assert!(qr_payload(&[field("00", "01"), bad.clone()]).is_err(), "{bad:?}");
        }
        assert_eq!(qr_payload(&[field("00", &"x".repeat(100))]).unwrap_err().code(), &ErrorCode::PaymentRequestTooLong);
        let many = (10..16).map(|id| field(&id.to_string(), &"x".repeat(99))).collect::<Vec<_>>();
        assert_eq!(qr_payload(&many).unwrap_err().code(), &ErrorCode::PaymentRequestTooLong);
    }
}
