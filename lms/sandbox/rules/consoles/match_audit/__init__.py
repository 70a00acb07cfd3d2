"""Match & Audit: the invoice queue of finance, where an AI matches order, receipt and invoice and says what to pay."""
