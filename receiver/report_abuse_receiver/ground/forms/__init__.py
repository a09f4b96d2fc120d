"""Ground, forms: what people type, read and checked."""
