//! What the groups of operations are about, for the OpenAPI document.

use http::openapi::Groups;

/// Each group in the order of the document: the first two parts of the ids of its operations.
pub(crate) const GROUPS: Groups = &[
    ("my.registration", "Clients: how somebody becomes a client."),
    ("my.authentication", "Clients: sign in, by a password or a QR code, and sign out."),
    ("my.2fa", "Clients: second factors, and codes that confirm what is done."),
    ("my.password", "Clients: their passwords, and who changed them."),
    ("my.authorizations", "Clients: their attempts to sign in."),
    ("my.devices", "Clients: what they signed in from."),
    ("my.apple-tokens", "Clients: their devices that are shown notifications."),
    ("my.settings", "Clients: how their interface looks."),
    ("my.countries", "Clients: the countries that they can choose."),
    ("my.client-types", "Clients: the types that they can be of."),
    ("my.localizations", "Clients: the languages that they can choose."),
    ("my.mobile-settings", "Clients: the QR codes of the mobile app."),
    ("my.currencies", "Clients: what they can exchange a currency into."),
    ("my.rates", "Clients: the rates at which they can exchange."),
    ("my.charts", "Clients: how the equity of their accounts ran."),
    ("my.product-groups", "Clients: the headings under which products are offered."),
    ("my.product-currencies", "Clients: what they may open accounts in."),
    ("my.product-notes", "Clients: what they read about a product."),
    ("my.banners", "Clients: the banners of their pages."),
    ("my.menus", "Clients: their menu."),
    ("my.widgets", "Clients: the widgets of their dashboard."),
    ("my.storage-values", "Clients: texts of the broker that pages take in."),
    ("my.tickets", "Clients: their tickets in the help desk."),
];
