//! Times, bytes and headers as Python has them.

use crate::ambient;
use okpay::Timestamp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyInt, PyMemoryView, PyString};

/// Unix seconds or a `datetime`; now if there is none.
pub(crate) fn moment(value: Option<&Bound<'_, PyAny>>) -> PyResult<Timestamp> {
    static MILLIS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Some(value) = value else { return Ok(ambient::now()) };
    if value.is_exact_instance_of::<PyInt>() {
        return Ok(Timestamp::from_secs(value.extract()?));
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
    for pair in items.try_iter()? {
        let pair = pair?;
        add(&pair.get_item(0)?, &pair.get_item(1)?)?;
    }
    Ok(list)
}

pub(crate) fn all(_length: usize) -> bool {
    true
}

/// Text, or bytes as HTTP libraries close to the wire have them.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_cow()?.into_owned()),
        Err(_) => Ok(String::from_utf8_lossy(value.cast::<PyBytes>()?.as_bytes()).into_owned()),
    }
}

/// One text, or several.
pub(crate) fn texts(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(vec![text.to_cow()?.into_owned()]),
        Err(_) => value.try_iter()?.map(|item| item?.extract()).collect(),
    }
}
