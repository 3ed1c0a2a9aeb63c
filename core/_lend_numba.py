"""numba's side of `core._lend`: arrays without counted references, tuples of them by address."""

from typing import Any

from llvmlite import ir
from numba import typeof, types
from numba.core import cgutils as _cgutils
from numba.core.datamodel import models, register_default
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic

cgutils: Any = _cgutils  # numba's code generators are not typed


class Lent(types.Type):
    """Address of a named tuple of arrays whose references are not counted."""

    def __init__(self, fields: Any) -> None:  # noqa: ANN401
        """Lend a named tuple of type *fields*."""
        self.fields = fields
        super().__init__(name=f"Lent({fields})")


@register_default(Lent)
class _LentModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lent: Lent) -> None:  # noqa: ANN401
        super().__init__(manager, lent, manager.lookup(lent.fields).get_value_type().as_pointer())


@infer_getattr
class _LentFields(AttributeTemplate):
    key = Lent

    def generic_resolve(self, lent: Lent, name: str) -> Any:  # noqa: ANN401
        """Type of a field."""
        if name in lent.fields.fields:
            return lent.fields[lent.fields.fields.index(name)]
        return None


@lower_getattr_generic(Lent)
def _load_field(_context: Any, builder: Any, lent: Lent, address: Any, name: str) -> Any:  # noqa: ANN401
    position = lent.fields.fields.index(name)
    field = builder.load(cgutils.gep_inbounds(builder, address, 0, position))
    # Nobody changes a tuple that was lent: what was loaded once need not be loaded again.
    field.set_metadata("invariant.load", builder.module.add_metadata([]))
    return field


def _uncounted(context: Any, builder: Any, kind: Any, value: Any) -> Any:  # noqa: ANN401
    """The array *value* of type *kind* with nobody to count references for."""
    make = context.make_array(kind)
    owned = make(context, builder, value=value)
    lent = make(context, builder)
    cgutils.copy_struct(lent, owned)
    lent.meminfo = cgutils.get_null_value(lent.meminfo.type)
    lent.parent = cgutils.get_null_value(lent.parent.type)
    return lent._getvalue()  # noqa: SLF001


@intrinsic
def _borrow(_typing_context: Any, array: Any) -> Any:  # noqa: ANN401
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return _uncounted(context, builder, signature.args[0], arguments[0])

    return array(array), codegen


@intrinsic
def _lend(_typing_context: Any, fields: Any) -> Any:  # noqa: ANN401
    if isinstance(fields, Lent):  # lent on as it is
        return fields(fields), lambda _context, _builder, _signature, arguments: arguments[0]

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        given = signature.args[0]
        place = cgutils.alloca_once(builder, context.get_value_type(given))
        for position, kind in enumerate(given):
            value = builder.extract_value(arguments[0], position)
            lent = _uncounted(context, builder, kind, value)
            builder.store(lent, cgutils.gep_inbounds(builder, place, 0, position))
        return place

    return Lent(fields)(fields), codegen


@intrinsic
def _prefetch(_typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ANN401
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        entries = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        stride = builder.extract_value(entries.strides, 0)
        word, byte, flag = (ir.IntType(bits) for bits in (64, 8, 32))
        first = builder.bitcast(entries.data, byte.as_pointer())
        # No gep with bounds: the address is only looked towards, never read.
        wanted = builder.gep(first, [builder.mul(arguments[1], stride)])
        hint = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte.as_pointer(), flag, flag, flag]),
            "llvm.prefetch.p0",
        )
        builder.call(hint, [wanted, flag(1), flag(3), flag(1)])  # to write, keep it near, data
        assert signature.args[1].bitwidth == word.width
        return context.get_dummy_value()

    return types.void(array, index), codegen


prefetched: Any = _prefetch
borrowed_array: Any = _borrow
lent_tuple: Any = _lend


def recalled_tuple(sample: Any) -> Any:  # noqa: ANN401
    """Return the intrinsic that makes an address a `Lent` of what *sample* returns."""

    def recall(_typing_context: Any, address: Any) -> Any:  # noqa: ANN401
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return Lent(typeof(sample()))(address), codegen

    return intrinsic(recall)
