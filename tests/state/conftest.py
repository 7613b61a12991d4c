import pytest


class FakeClock:
    def __init__(self):
        self.time = 1_795_221_151.0

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return FakeClock()
