-- One row per contact and product that was put into the cart and not taken out or ordered since, oldest first.
-- Read by: web.carts. `profiles` and `contacts` are pairs. Cost: the profiles' own rows of half a year.
WITH told AS (
    SELECT
        transform(profile_id, {profiles:Array(UInt64)}, {contacts:Array(UInt64)}, toUInt64(0)) AS contact_id,
        name AS event,
        at,
        coalesce(toString(properties.product_id), toString(properties.sku), toString(properties.name), '') AS product,
        coalesce(toString(properties.variant), '') AS variant,
        coalesce(toString(properties.name), '') AS title,
        coalesce(toString(properties.price), '') AS price,
        coalesce(toString(properties.currency), '') AS currency,
        coalesce(toString(properties.url), '') AS url,
        coalesce(toString(properties.image_url), '') AS image_url,
        coalesce(toFloat64OrNull(toString(properties.quantity)), 1) AS quantity,
        coalesce(toString(context.page.url), '') AS page
    FROM event
    WHERE profile_id IN {profiles:Array(UInt64)}
      AND name IN ('Product Added', 'Product Removed', 'Order Completed', 'Cart Viewed')
      AND at > {since:DateTime64(3)} AND at <= {now:DateTime64(3)}
    LIMIT 1 BY profile_id, id
),
ended AS (
    SELECT
        contact_id,
        maxIf(at, event = 'Order Completed') AS ordered_at,
        argMaxIf(page, at, event = 'Cart Viewed') AS cart_url
    FROM told
    GROUP BY contact_id
)
SELECT
    contact_id,
    product,
    variant,
    argMaxIf(told.title, at, told.title != '') AS title,
    argMaxIf(told.price, at, event = 'Product Added') AS price,
    argMaxIf(told.currency, at, event = 'Product Added') AS currency,
    argMaxIf(told.url, at, event = 'Product Added') AS url,
    argMaxIf(told.image_url, at, event = 'Product Added') AS image_url,
    any(cart_url) AS cart_url,
    sumIf(quantity, event = 'Product Added') - sumIf(quantity, event = 'Product Removed') AS left
FROM told INNER JOIN ended USING contact_id
WHERE event IN ('Product Added', 'Product Removed') AND at > ordered_at AND product != ''
GROUP BY contact_id, product, variant
HAVING left > 0 AND left < 1000000
ORDER BY contact_id, min(at), product, variant
