"""What goes wrong in real deliveries, planted on purpose: every fault the contracts list, with the verdict expected."""

from demo.faults.planting import Planting

__all__ = ["Planting"]
