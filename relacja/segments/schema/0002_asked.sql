-- The same by name, in the order of those who did it: what conditions read, and hardly anything else.
ALTER TABLE event
    ADD PROJECTION IF NOT EXISTS asked (
        SELECT name, profile_id, at, id, order_number, order_total, order_currency, order_channel,
               order_category, order_name, order_product_id, order_sku, order_brand, letter
        ORDER BY name, profile_id, at
    ),
    DROP PROJECTION IF EXISTS by_name
SETTINGS mutations_sync = 0, alter_sync = 0
