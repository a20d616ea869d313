"""The bus on real Kafka brokers keeps the contract, and does to messages what the embedded one does."""

import pytest

from tests.contracts.bus import BusContract


class TestKafkaBus(BusContract):
    @pytest.fixture
    def location(self, kafka_url: str) -> str:
        return kafka_url
