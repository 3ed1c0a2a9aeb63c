"""How many digits the minor unit of a currency has: ISO 4217 as data, and amounts as text.

Source: ISO 4217:2015, list one (maintenance agency SIX, state of 2026). Codes without a minor unit
(gold, test codes) are left out; BGN, HRK and ANG are kept, because receipts outlive currencies.
MGA and MRU have two digits in the standard, although their minor unit is a fifth.
"""

from types import MappingProxyType

from core.policies.errors import CurrencyUnknown

__all__ = ["EXPONENTS", "exponent", "minor_of", "text_of"]

_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT "
    "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO "
    "NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD "
    "XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = MappingProxyType(
    {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}
)


def exponent(currency: str) -> int:
    """Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.

    Raises:
        CurrencyUnknown: not a code of ISO 4217; the message names codes that begin alike.
    """
    if currency in EXPONENTS:
        return EXPONENTS[currency]
    near = [code for code in EXPONENTS if code[:2] == currency[:2].upper()]
    said = f"; do you mean {' or '.join(near)}?" if near else "; a code is three capitals like EUR"
    raise CurrencyUnknown(f"{currency!r} is no currency of ISO 4217{said}")


def text_of(amount_minor: int, currency: str) -> str:
    """Write an amount as digits with a point: 1234 EUR is 12.34, 1234 JPY is 1234."""
    digits = exponent(currency)
    sign = "-" if amount_minor < 0 else ""
    text = str(abs(amount_minor)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text


def minor_of(text: str, currency: str) -> int:
    """Read an amount written as digits with a point: 12.3 EUR is 1230.

    Raises:
        CurrencyUnknown: no number, or more digits behind the point than the currency has.
    """
    digits = exponent(currency)
    whole, _, behind = text.removeprefix("-").partition(".")
    written = whole + behind
    if not (whole and written.isascii() and written.isdigit()):
        raise CurrencyUnknown(f"{text!r} is no amount; write it like {text_of(123456, currency)}")
    if len(behind) > digits:
        said = f"{len(behind)} digits behind the point; {currency} has {digits}"
        raise CurrencyUnknown(f"{text!r} has {said}")
    amount_minor = int(written + "0" * (digits - len(behind)))
    return -amount_minor if text.startswith("-") else amount_minor
