"""Knows what properties of certain names hold: texts by kind of likeness, numbers by their range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

_TEXTS: Mapping[tuple[str, ...], str] = {
    ("email",): "email mail emailaddress useremail",
    ("first_name",): "firstname givenname forename middlename",
    ("last_name",): "lastname surname familyname",
    ("name",): "fullname realname customername contactname personname recipientname ownername "
    "holdername cardholdername author owner assignee manager",
    ("our_title",): "name productname displayname itemname",
    ("user_name",): "username login nickname handle screenname",
    ("phone_number", "our_e164"): "phone phonenumber mobile mobilephone tel telephone fax cell",
    ("city",): "city town municipality",
    ("country", "country_code", "our_country_code_3"): "country nationality countryname",
    ("country_code", "our_country_code_3"): "countrycode countryiso",
    ("state", "state_abbr"): "state province region county",
    ("postcode",): "zip zipcode postcode postalcode",
    ("street_address",): "street streetaddress addressline addressline1 line1 address1 address",
    ("secondary_address",): "addressline2 line2 address2 apartment suite",
    ("company",): "company companyname organization organisation employer vendor merchant brand "
    "manufacturer supplier",
    ("job",): "job jobtitle profession occupation position",
    ("our_title", "our_word"): "title subject headline heading label caption",
    ("sentence", "our_words", "our_word"): "description summary comment note notes text message "
    "content bio about reason detail details body excerpt abstract remarks feedback review",
    ("slug",): "slug permalink",
    ("our_uri",): "url uri link href website homepage webhook callbackurl endpoint redirecturi "
    "weburl site",
    ("our_image",): "image avatar photo picture thumbnail logo icon imageurl avatarurl logourl "
    "photourl thumbnailurl iconurl pictureurl",
    ("domain_name",): "domain domainname hostname host",
    ("ipv4", "ipv6"): "ip ipaddress ipaddr remoteip clientip",
    ("ipv6",): "ipv6",
    ("mac_address",): "mac macaddress",
    ("chrome",): "useragent",
    ("our_locale",): "locale",
    ("our_language", "our_language_name"): "language lang languagecode",
    ("currency_code", "currency_name"): "currency currencycode",
    ("currency_symbol",): "currencysymbol",
    ("color_name", "hex_color"): "color colour",
    ("iban",): "iban",
    ("swift",): "bic swift swiftcode",
    ("credit_card_number",): "creditcard cardnumber creditcardnumber",
    ("timezone",): "timezone tz",
    ("file_name",): "filename file attachment",
    ("file_path",): "path filepath",
    ("mime_type",): "mimetype contenttype mediatype",
    ("md5", "our_token"): "md5",
    ("sha1", "our_token"): "sha sha1 commit commitsha",
    ("our_token",): "hash checksum etag token accesstoken refreshtoken apikey secret "
    "clientsecret signature sha256",
    ("our_uuid", "our_letters", "our_digits"): "id uuid guid identifier",
    ("our_version",): "version apiversion release",
    ("our_sku",): "sku productcode articlenumber",
    ("isbn13",): "isbn",
    ("ean13",): "ean barcode gtin upc",
    ("our_gender",): "gender sex",
    ("license_plate",): "licenseplate",
    ("vin",): "vin",
    ("our_date", "our_date_time"): "date birthdate startdate enddate duedate",
    ("our_birthday",): "birthday dateofbirth dob",
    ("our_date_time",): "datetime timestamp at createdat updatedat deletedat modified created "
    "updated expires expiry on since until",
    ("our_time",): "time",
    ("our_month",): "month",
    ("our_weekday",): "weekday dayofweek",
    ("our_latitude",): "lat latitude",
    ("our_longitude",): "lng lon longitude",
    ("our_price",): "price amount total cost",
    ("our_word",): "tag keyword category genre topic",
}

_CENT, _ONE, _FINE = Fraction(1, 100), Fraction(1), Fraction(1, 1_000_000)
_NUMBERS: Mapping[tuple[int, int, Fraction], str] = {
    (1, 500, _CENT): "price amount cost fee subtotal total totalprice unitprice balance salary "
    "tax discount value",
    (1, 10, _ONE): "quantity qty",
    (0, 100, _ONE): "count total totalcount stock percent percentage progress score",
    (18, 80, _ONE): "age",
    (-60, 60, _FINE): "lat latitude",
    (-180, 180, _FINE): "lng lon longitude",
    (2015, 2025, _ONE): "year",
    (1, 12, _ONE): "month",
    (1, 28, _ONE): "day",
    (0, 23, _ONE): "hour hours",
    (0, 59, _ONE): "minute minutes second seconds",
    (1, 5, Fraction(1, 10)): "rating stars",
    (1, 1, _ONE): "page pagenumber",
    (10, 50, _ONE): "limit pagesize perpage",
    (0, 0, _ONE): "offset skip",
    (1024, 49_151, _ONE): "port",
    (1, 10_000, _ONE): "id identifier number",
    (1_704_067_200, 1_767_139_200, _ONE): "timestamp at createdat updatedat created updated "
    "expires modified date time",
    (64, 1920, _ONE): "width height",
    (1024, 1_048_576, _ONE): "size bytes filesize contentlength",
    (1, 10, Fraction(1, 10)): "weight length depth",
    (1, 20, _ONE): "version",
    (200, 200, _ONE): "status statuscode",
}


def _by_name(table: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kinds, names in table.items():
        yield from ((name, kinds) for name in names.split())


KINDS: Final[Mapping[str, tuple[str, ...]]] = dict(_by_name(_TEXTS))
"""The end of a name, its words in lower case and together → kinds of likeness, the best first."""

RANGES: Final[Mapping[str, tuple[int, int, Fraction]]] = {
    name: expected for expected, names in _NUMBERS.items() for name in names.split()
}
"""The same for numbers: from, to, grain. A name that stands twice counts where it stands last."""
