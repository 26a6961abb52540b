"""The look of Ancora: tokens, elements, the few components, the base of every page, forms and icons."""
