from tradesense_desktop.ui.tables.page_cache import PageCache


def test_the_page_that_was_used_longest_ago_is_forgotten_first() -> None:
    cache: PageCache[str] = PageCache(most_pages=2)
    cache.put(1, ("one",))
    cache.put(2, ("two",))
    assert cache.get(1) == ("one",)

    cache.put(3, ("three",))

    assert cache.get(1) == ("one",)
    assert cache.get(2) is None
    assert cache.get(3) == ("three",)
    assert len(cache) == 2


def test_a_cleared_cache_holds_nothing() -> None:
    cache: PageCache[str] = PageCache()
    cache.put(1, ("one",))

    cache.clear()

    assert cache.get(1) is None
