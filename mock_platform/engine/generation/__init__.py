"""Makes values that a schema accepts: lifelike, the same for the same seed, never an invalid one."""

from mock_platform.engine.generation.compiling import (
    Accepts,
    Generator,
    Generators,
    compile_generator,
    generate,
)
from mock_platform.engine.generation.meanings import Unsatisfiable
from mock_platform.engine.generation.pretending import Pretender
from mock_platform.engine.generation.proving import Prover
from mock_platform.engine.generation.reading import Dialect

__all__ = [
    "Accepts",
    "Dialect",
    "Generator",
    "Generators",
    "Pretender",
    "Prover",
    "Unsatisfiable",
    "compile_generator",
    "generate",
]
