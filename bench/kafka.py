"""`python -m bench.kafka FILE`: a broker of Kafka's protocol that keeps a few megabytes of each topic, in memory.

It is the one that librdkafka is tested with. Its address goes into FILE; it runs until it is ended.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["main"]


def main(file: Path) -> None:
    """Never returns."""
    from confluent_kafka import Producer

    producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "made up", "log_level": 3})
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    making = file.with_suffix(".making")
    making.write_text(f"{broker.host}:{broker.port}")
    making.rename(file)
    while True:
        producer.poll(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
