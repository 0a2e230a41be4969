-- What a row of any worklist shows of its debtor and its asset. Reads `chosen`: the rows of one page.
SELECT chosen.*, d.name, d.claim_balance, d.coverage_ratio, d.confirmed_assets, d.net_value, a.kind, a.identifier, a.title, a.net_value AS asset_value
FROM chosen
JOIN debtor d ON d.debtor_id = chosen.debtor_id
LEFT JOIN asset a ON a.debtor_id = chosen.debtor_id AND a.asset_id = chosen.asset_id
ORDER BY place NULLS LAST, tie
