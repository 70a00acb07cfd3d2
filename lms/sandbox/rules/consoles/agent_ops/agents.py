"""The agents, what each may do, and what it usually does: all invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PERSONAL = frozenset({"name", "email", "phone", "address", "birthdate", "card-number", "iban"})
# Tools that a text can talk an agent into using, and those with which an agent asks for permissions.
TEMPTING = ("refund", "export", "send-mail", "change-address")
PERMISSIONS = ("write-prices", "all-customers", "delete-records", "payment-data", "approve-refunds")
OUTSIDE = ("paste-site", "private-mail", "unknown-bucket", "public-link", "test-vendor")


@dataclass(frozen=True, slots=True)
class Task:
    """A purpose: the tool and resource it takes, the columns it needs, where the result goes, rows it usually reads."""

    purpose: str
    tool: str
    resource: str
    columns: tuple[str, ...]
    destination: str
    rows: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent: more than its tasks need it may not do."""

    id: str
    tasks: tuple[Task, ...]
    tools: tuple[str, ...]
    scope: str
    rows: tuple[int, ...]


AGENTS: tuple[Agent, ...] = (
    Agent(
        "support-agent",
        (
            Task(
                "answer-delivery", "look-up-order", "orders", ("order-id", "status", "carrier"), "ticket-system", (1, 4)
            ),
            Task("answer-return", "read-policy", "returns", ("order-id", "status", "name"), "ticket-system", (1, 3)),
            Task("find-account", "look-up-customer", "customers", ("name", "email"), "model-gateway", (1, 2)),
        ),
        ("refund", "send-mail", "change-address"),
        "own-ticket",
        (5, 8, 10),
    ),
    Agent(
        "returns-agent",
        (
            Task("print-label", "make-label", "returns", ("order-id", "name", "address"), "carrier-api", (1, 3)),
            Task("check-return", "look-up-order", "orders", ("order-id", "sku", "price"), "ticket-system", (1, 6)),
        ),
        ("refund", "change-address"),
        "own-ticket",
        (8, 10, 12),
    ),
    Agent(
        "catalogue-agent",
        (
            Task("write-text", "edit-product", "catalogue", ("sku", "title", "material"), "shop", (1, 40)),
            Task("sort-reviews", "read-reviews", "reviews", ("sku", "rating", "review-text"), "data-lake", (40, 380)),
        ),
        ("export",),
        "own-category",
        (400, 500),
    ),
    Agent(
        "supply-agent",
        (
            Task("plan-order", "draft-order", "stock", ("sku", "quantity", "lead-time"), "purchasing", (10, 160)),
            Task("chase-vendor", "draft-mail", "vendors", ("vendor", "email", "order-id"), "mail-gateway", (1, 12)),
        ),
        ("send-mail", "export"),
        "own-region",
        (200, 250),
    ),
    Agent(
        "report-agent",
        (
            Task("weekly-report", "run-query", "sales", ("sku", "quantity", "price"), "data-lake", (800, 4600)),
            Task(
                "churn-report", "run-query", "customers", ("customer-id", "tenure", "email"), "data-lake", (500, 4200)
            ),
        ),
        ("export", "send-mail"),
        "all-regions",
        (5000, 6000),
    ),
    Agent(
        "fraud-agent",
        (
            Task("score-order", "score", "orders", ("order-id", "price", "card-number"), "model-gateway", (1, 60)),
            Task("explain-block", "look-up-order", "orders", ("order-id", "status", "name"), "prompt-log", (1, 5)),
        ),
        ("send-mail", "change-address"),
        "own-queue",
        (80, 100),
    ),
)
RESOURCES = (
    "orders",
    "returns",
    "customers",
    "catalogue",
    "reviews",
    "stock",
    "vendors",
    "sales",
    "payroll",
    "contracts",
)
# Columns that a table has and that no agent needs.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders": ("margin", "notes", "quantity"),
        "returns": ("notes", "price", "customer-id"),
        "customers": ("notes", "tenure", "status"),
        "catalogue": ("margin", "price", "vendor"),
        "reviews": ("customer-id", "order-id", "notes"),
        "stock": ("margin", "price", "notes"),
        "vendors": ("notes", "price", "margin"),
        "sales": ("margin", "customer-id", "order-id"),
    }
)
# Tickets in this scope, and with these purposes, are letters of customers.
CUSTOMERS = "own-ticket"
OF_CUSTOMERS = frozenset({"explain-block"})
CARRIER = "carrier-api"
INSIDE = ("ticket-system", "carrier-api", "shop", "data-lake", "purchasing", "mail-gateway", "model-gateway")
MODELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demand-forecast": ("units-sold", "days-of-cover", "promo-depth", "web-visits"),
        "search-ranking": ("query-length", "click-share", "price-rank", "stock-share"),
        "fraud-score": ("basket-value", "account-age", "card-tries", "delivery-distance"),
        "price-elasticity": ("price-gap", "competitor-price", "discount-share"),
        "return-risk": ("size-spread", "past-returns", "basket-size"),
        "ticket-routing": ("message-length", "language-share", "topic-share"),
    }
)
# The models that each feed can serve.
FED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders-feed": ("demand-forecast", "fraud-score"),
        "clicks-feed": ("search-ranking", "return-risk"),
        "stock-feed": ("demand-forecast", "search-ranking"),
        "prices-feed": ("price-elasticity",),
        "returns-feed": ("return-risk", "demand-forecast"),
    }
)
FEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders-feed": ("order-source", "ingest", "clean", "join-stock", "features", "model", "serving"),
        "clicks-feed": ("click-source", "collector", "sessions", "features", "model", "serving"),
        "stock-feed": ("warehouse-source", "ingest", "unit-check", "join-sales", "features", "model"),
        "prices-feed": ("scraper", "ingest", "pack-match", "clean", "features", "model", "serving"),
        "returns-feed": ("returns-source", "ingest", "clean", "join-orders", "features", "model"),
    }
)
