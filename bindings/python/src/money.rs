//! [`Money`]: exact, with Python's `Decimal` on its face.

use crate::errors::guarded;
use crate::values::whole;
use okpay::money::Rounding;
use okpay::{Currency, ErrorCode, OkpayError};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pyclass::CompareOp;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyInt, PyString, PyType};
use std::hash::{DefaultHasher, Hash, Hasher};

/// An exact amount of one currency.
#[pyclass(frozen, module = "okpay")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Money(okpay::Money);

#[pymethods]
impl Money {
    #[new]
    fn new(py: Python<'_>, amount: &Bound<'_, PyAny>, currency: &str) -> PyResult<Self> {
        let amount = plain_text(amount)?;
        guarded(py, || okpay::Money::parse(&amount, currency)).map(Self)
    }

    /// From minor units (cents, satoshi, 10^-6 USDT).
    #[staticmethod]
    fn from_minor(py: Python<'_>, minor_units: &Bound<'_, PyInt>, currency: &str) -> PyResult<Self> {
        // What does not even fit here is past every bound.
        let minor = minor_units.extract::<i64>().map_or(i128::MAX, i128::from);
        guarded(py, || okpay::Money::from_minor(minor, Currency::parse(currency)?)).map(Self)
    }

    /// From `{"amount": "19.99", "currency": "EUR"}`.
    #[staticmethod]
    fn from_dict(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let member = |name| value.get_item(name).map_err(|_| no_dict());
        let currency = member("currency")?.extract::<String>().map_err(|_| no_dict())?;
        Self::new(py, &member("amount")?, &currency)
    }

    #[expect(clippy::wrong_self_convention, reason = "methods of Python take a reference")]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("amount", self.text())?;
        dict.set_item("currency", self.0.currency().code())?;
        Ok(dict)
    }

    #[getter]
    fn amount<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        decimal(py)?.call1((self.text(),))
    }

    #[getter]
    fn currency(&self) -> &'static str {
        self.0.currency().code()
    }

    #[getter]
    fn minor_units(&self) -> i64 {
        self.0.minor()
    }

    #[getter]
    fn places(&self) -> u32 {
        self.0.currency().places()
    }

    fn __add__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        guarded(py, || self.0.checked_add(other.0)).map(Self)
    }

    fn __sub__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        guarded(py, || self.0.checked_sub(other.0)).map(Self)
    }

    fn __neg__(&self) -> Self {
        Self(self.0.negated())
    }

    /// So many of them: the price of three books. Only whole numbers, for nothing else needs no rounding.
    fn __mul__(&self, py: Python<'_>, times: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        if !times.is_instance_of::<PyInt>() || times.is_instance_of::<PyBool>() {
            return Ok(py.NotImplemented());
        }
        // What does not even fit here is past every bound.
        let product = times.extract::<i64>().map_or(i128::MAX, |times| i128::from(self.0.minor()) * i128::from(times));
        let product = guarded(py, || okpay::Money::from_minor(product, self.0.currency()))?;
        Ok(Self(product).into_pyobject(py)?.into_any().unbind())
    }

    fn __rmul__(&self, py: Python<'_>, times: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        self.__mul__(py, times)
    }

    fn __bool__(&self) -> bool {
        self.0.minor() != 0
    }

    fn __richcmp__(&self, py: Python<'_>, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
        let Ok(other) = other.cast::<Self>() else { return Ok(py.NotImplemented()) };
        let other = other.get().0;
        let told = match op {
            CompareOp::Eq => self.0 == other,
            CompareOp::Ne => self.0 != other,
            // Only amounts of one currency have an order; others raise.
            _ => op.matches(guarded(py, || self.0.compare(other))?),
        };
        Ok(PyBool::new(py, told).to_owned().into_any().unbind())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        format!("Money('{}', '{}')", self.text(), self.currency())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    /// For every protocol of pickle; the oldest two look for nothing else.
    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (String, &'static str)) {
        (py.get_type::<Self>(), (self.text(), self.currency()))
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("amount", "currency")
    }
}

impl Money {
    fn text(&self) -> String {
        self.0.amount().to_string()
    }
}

/// The power of ten past which a `Decimal` is no amount of any currency.
const MAX_MAGNITUDE: i64 = 40;

fn no_dict() -> PyErr {
    PyValueError::new_err("money is written {\"amount\": \"19.99\", \"currency\": \"EUR\"}")
}

/// The digits of a text, an `int` or a `Decimal`; a float has none that can be relied on.
fn plain_text(amount: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = amount.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if amount.is_instance_of::<PyInt>() && !amount.is_instance_of::<PyBool>() {
        return Ok(amount.str()?.to_cow()?.into_owned());
    }
    if amount.is_instance(decimal(amount.py())?)? {
        let magnitude = amount.call_method0("adjusted")?.extract::<i64>()?;
        // Written out, 1E+400000000 would be 400 MB; core refuses it in this form as well.
        let is_amount = (-MAX_MAGNITUDE..=MAX_MAGNITUDE).contains(&magnitude);
        let text = if is_amount { amount.call_method1("__format__", ("f",))? } else { amount.str()?.into_any() };
        return text.extract();
    }
    let kind = amount.get_type().name()?;
    Err(PyTypeError::new_err(format!("an amount is a str, an int or a Decimal, not {kind}: write Money(\"19.99\", \"EUR\")")))
}

fn decimal<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}

/// How many decimal places an amount in a currency may have.
#[pyfunction]
pub(crate) fn currency_places(py: Python<'_>, currency: &str) -> PyResult<u32> {
    guarded(py, || Ok(Currency::parse(currency)?.places()))
}

/// The whole number that a fraction becomes by one of the seven roundings.
#[pyfunction]
#[pyo3(signature = (numerator, denominator, rounding="half_up"))]
pub(crate) fn divide(
    py: Python<'_>,
    #[pyo3(from_py_with = whole)] numerator: i128,
    #[pyo3(from_py_with = whole)] denominator: i128,
    rounding: &str,
) -> PyResult<i128> {
    guarded(py, || match Rounding::from(rounding) {
        Rounding::Unknown { raw } => {
            let detail = format!("{raw:?} is no rounding mode");
            Err(OkpayError::invalid_at(ErrorCode::InvalidParameter, "rounding", detail))
        }
        known => known.divide(numerator, denominator),
    })
}
