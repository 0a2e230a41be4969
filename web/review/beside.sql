-- The links before and after $link in the queue, of those that still wait; of a link that is not in it, the first.
WITH here AS (SELECT coalesce((SELECT place FROM memory.main.review_queue WHERE link_id = $link), 0) AS place),
others AS (SELECT q.place, q.link_id FROM memory.main.review_queue q WHERE NOT list_contains($settled, q.link_id) AND q.link_id <> $link)
SELECT (SELECT arg_max(o.link_id, o.place) FROM others o WHERE o.place < here.place) AS before,
       (SELECT arg_min(o.link_id, o.place) FROM others o WHERE o.place > here.place) AS after
FROM here
