"""Lets accelerate part models over processes on the processor, too, which it leaves out in silence. For measuring alone.

Python loads this at its start where PYTHONPATH names its folder; see bench/torchrun.sh.
"""

import importlib.abc
import importlib.util
import sys


class Patch(importlib.abc.MetaPathFinder):
    """Changes accelerate.state once it is loaded."""

    def find_spec(self, name, path, target=None):
        if name != "accelerate.state":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def patched(module):
            load(module)
            begin = module.AcceleratorState.__init__

            def begin_with_fsdp(state, *args, **others):
                begin(state, *args, **others)
                plugin = others.get("fsdp_plugin")
                if plugin is not None and state.distributed_type == module.DistributedType.MULTI_CPU:
                    module.AcceleratorState._shared_state["distributed_type"] = module.DistributedType.FSDP
                    state.fsdp_plugin = plugin

            module.AcceleratorState.__init__ = begin_with_fsdp

        spec.loader.exec_module = patched
        return spec


sys.meta_path.insert(0, Patch())
