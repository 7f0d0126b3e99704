//! Times, bytes and headers as Python has them.

use crate::ambient;
use okpay::Timestamp;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyInt, PyMemoryView, PyString};

/// Unix seconds or a `datetime`; now if there is none.
pub(crate) fn moment(value: Option<&Bound<'_, PyAny>>) -> PyResult<Timestamp> {
    static MILLIS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Some(value) = value else { return Ok(ambient::now()) };
    // What does not fit is past every date; `to_millis` says so.
    if let Some(secs) = value.is_exact_instance_of::<PyInt>().then(|| value.extract().ok()).flatten() {
        return Ok(Timestamp::from_secs(secs));
    }
    let millis = MILLIS.import(value.py(), "okpay._wire", "to_millis")?;
    Ok(Timestamp::from_millis(millis.call1((value,))?.extract()?))
}

/// An aware `datetime`.
pub(crate) fn datetime(py: Python<'_>, moment: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    static FROM_MILLIS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    FROM_MILLIS.import(py, "okpay._wire", "from_millis")?.call1((moment.millis(),))
}

/// A body: bytes, and what holds bytes. Text is refused, since nobody knows how it was encoded.
pub(crate) fn raw_body<'py>(body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = body.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    if body.is_instance_of::<PyByteArray>() || body.is_instance_of::<PyMemoryView>() {
        let bytes = body.py().get_type::<PyBytes>().call1((body,))?;
        return Ok(bytes.cast_into::<PyBytes>()?);
    }
    let kind = body.get_type().name()?;
    Err(PyTypeError::new_err(format!("a body is the raw bytes as they came, not {kind}: read it before anything parses it")))
}

/// Names and values of any mapping, or of a list of pairs; only those that `wanted` says yes to by the length of the name.
pub(crate) fn headers(headers: &Bound<'_, PyAny>, wanted: impl Fn(usize) -> bool) -> PyResult<Vec<(String, String)>> {
    let mut list = Vec::new();
    let mut add = |name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>| -> PyResult<()> {
        if wanted(name.len()?) {
            list.push((text(name)?, text(value)?));
        }
        Ok(())
    };
    if let Ok(dict) = headers.cast::<PyDict>() {
        dict.iter().try_for_each(|(name, value)| add(&name, &value))?;
        return Ok(list);
    }
    let items = if headers.hasattr("items")? { headers.call_method0("items")? } else { headers.clone() };
    // Without it, Python would ask for the members 0, 1, 2, … of what is no sequence.
    if !items.hasattr("__iter__")? {
        return Err(no_headers());
    }
    for pair in items.try_iter()? {
        let (name, value) = pair_of(&pair?)?;
        add(&name, &value)?;
    }
    Ok(list)
}

/// A name and its value. A text of two letters is no pair.
fn pair_of<'py>(pair: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    if pair.is_instance_of::<PyString>() || pair.len().ok() != Some(2) {
        return Err(no_headers());
    }
    Ok((pair.get_item(0)?, pair.get_item(1)?))
}

fn no_headers() -> PyErr {
    PyTypeError::new_err("headers are a mapping, or pairs of a name and its value")
}

pub(crate) fn all(_length: usize) -> bool {
    true
}

/// Text, or bytes as HTTP libraries close to the wire have them.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_cow()?.into_owned()),
        Err(_) => match value.cast::<PyBytes>() {
            Ok(bytes) => Ok(String::from_utf8_lossy(bytes.as_bytes()).into_owned()),
            Err(_) => Err(PyTypeError::new_err(format!("the name and the value of a header are texts, not {}", value.get_type().name()?))),
        },
    }
}

/// One text, or several.
pub(crate) fn texts(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(vec![text.to_cow()?.into_owned()]),
        Err(_) => several(value),
    }
}

fn several(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let refused = |value: &Bound<'_, PyAny>| match value.get_type().name() {
        Ok(kind) => PyTypeError::new_err(format!("one text or several are wanted, not {kind}")),
        Err(error) => error,
    };
    // Bytes would be walked as numbers.
    if value.is_instance_of::<PyBytes>() {
        return Err(refused(value));
    }
    value.try_iter().map_err(|_| refused(value))?.map(|item| item.and_then(|item| item.extract().map_err(|_| refused(&item)))).collect()
}

/// A whole number that fits.
pub(crate) fn whole<T: Limits>(value: &Bound<'_, PyAny>) -> PyResult<T> {
    let Ok(number) = value.call_method0("__index__") else {
        return Err(PyTypeError::new_err(format!("a whole number is wanted, not {}", value.get_type().name()?)));
    };
    // Without the number itself: one of many thousand digits cannot be shown.
    let fits = number.extract::<i128>().ok().and_then(|number| T::try_from(number).ok());
    fits.ok_or_else(|| PyValueError::new_err(format!("a whole number from {} to {} is wanted", T::LEAST, T::MOST)))
}

/// As [`whole`], where it may be left out.
pub(crate) fn whole_if_given<T: Limits>(value: &Bound<'_, PyAny>) -> PyResult<Option<T>> {
    if value.is_none() { Ok(None) } else { whole(value).map(Some) }
}

/// A type of whole numbers with its bounds.
pub(crate) trait Limits: TryFrom<i128> + std::fmt::Display {
    const LEAST: Self;
    const MOST: Self;
}

macro_rules! limits {
    ($($kind:ty),+) => { $(impl Limits for $kind { const LEAST: Self = Self::MIN; const MOST: Self = Self::MAX; })+ };
}

limits!(u16, u32, u64, usize, i64, i128);
