-- In the background: until a month is done, questions about it are as right as ever and take longer.
ALTER TABLE event
    MATERIALIZE COLUMN order_number, MATERIALIZE COLUMN order_total, MATERIALIZE COLUMN order_currency,
    MATERIALIZE COLUMN order_channel, MATERIALIZE COLUMN order_category, MATERIALIZE COLUMN order_name,
    MATERIALIZE COLUMN order_product_id, MATERIALIZE COLUMN order_sku, MATERIALIZE COLUMN order_brand,
    MATERIALIZE COLUMN letter, MATERIALIZE PROJECTION asked
SETTINGS mutations_sync = 0, alter_sync = 0
