"""The same pages over https with a certificate of our own making."""

from pages.voter_site import boxed, left_behind, says, scan, verified, vote


def test_a_vote_over_https(secure_site, phone):
    """A phone that trusts the certificate votes as over http; the ballot is good, and nothing stays."""
    secure_site.village.opened(subjects=2)
    page = scan(phone(), secure_site)
    assert page.evaluate("isSecureContext") is True
    vote(page, 1, 0)
    says(page, "已收到")
    [raw] = boxed(secure_site)
    verified(secure_site, raw)
    assert left_behind(page) == {}
