"""How kernels are built without work that numba does for others, a third of the whole.

numba makes machine code of each function by itself and optimises it twice, the first time so that
it can drop references that it counts. A kernel counts none; and what is compiled into its callers
is never called by itself. So kernels are optimised once, and an inlined one is handed to its
callers as it is written: there it is optimised with everything around it.
"""

from typing import Any

from numba.core import codegen as _codegen
from numba.core import compiler as _compiler

codegen: Any = _codegen  # numba's compiler is not typed
compiler: Any = _compiler


class _Kernel(codegen.JITCodeLibrary):
    """Code of a kernel that others call: optimised once."""

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager()  # noqa: SLF001
        passes.run(self._final_module, builder)


class _Inlined(codegen.JITCodeLibrary):
    """Code that callers take over: neither optimised nor made into machine code."""

    @property
    def codegen(self) -> Any:  # noqa: ANN401
        """What makes code; it need not tell what nobody runs where its globals lie."""
        return _Nowhere(self._codegen)

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """No address: nobody calls it."""
        return 0


class _Nowhere:
    """A code generator for what has no address."""

    def __init__(self, generator: Any) -> None:  # noqa: ANN401
        self._generator = generator

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Everything else as *generator* does it."""
        return getattr(self._generator, name)

    def set_env(self, _name: str, _env: object) -> None:
        """Nothing to set."""


class _Into(compiler.Compiler):
    """numba's compiler, into a library of another kind."""

    library: type[Any]

    def compile_extra(self, func: Any) -> Any:  # noqa: ANN401
        """Compile *func*."""
        made = self.library(self.state.targetctx.codegen(), func.__qualname__)
        made.enable_object_caching()
        self.state.library = made
        return super().compile_extra(func)


class Kernel(_Into):
    """Compiler of `jit` and `part`."""

    library = _Kernel


class Inlined(_Into):
    """Compiler of `inlined`."""

    library = _Inlined
