"""
Drives a kernel by Jupyter's own client, for jupyter-slow.test.ts: reads one JSON request a line, answers each with one.

    python3 scripts/jupyter/drive-kernel.py <name of a kernelspec>

Its first line says that the kernel is ready; at the end of the input it shuts the kernel down and its last line says how
that went.
"""

import json
import os
import sys

from jupyter_client.manager import start_new_kernel

PATIENCE = 600  # seconds; the test has its own


def main(name):
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=PATIENCE)
    process = manager.provisioner.process
    try:
        say({"ready": client.kernel_info(reply=True, timeout=PATIENCE)["content"]})
        for line in sys.stdin:
            say(answer(manager, client, json.loads(line)))
    finally:
        client.stop_channels()
        manager.shutdown_wait_time = PATIENCE  # a busy machine must not look like a kernel that will not end
        manager.shutdown_kernel()
    say({"exit_code": process.returncode, "group_is_gone": group_is_gone(process.pid)})


def answer(manager, client, request):
    if "execute" in request:
        return execute(manager, client, request["execute"], request.get("interrupt_at"))
    if "complete" in request:
        return client.complete(request["complete"], reply=True, timeout=PATIENCE)["content"]
    if "inspect" in request:
        return client.inspect(request["inspect"], reply=True, timeout=PATIENCE)["content"]
    raise ValueError(f"expected execute, complete or inspect, got {request}")


def execute(manager, client, code, interrupt_at):
    """Where the cell prints the text `interrupt_at`, Jupyter's interrupt button is pressed."""
    published = []

    def hear(message):
        kind, content = message["msg_type"], message["content"]
        if kind != "status":
            published.append({"type": kind, "content": content})
        if interrupt_at and kind == "stream" and interrupt_at in content["text"]:
            manager.interrupt_kernel()

    reply = client.execute_interactive(code, output_hook=hear, timeout=PATIENCE, stop_on_error=False)
    return {"reply": reply["content"], "published": published}


def group_is_gone(pid):
    """Jupyter starts a kernel as the leader of a process group: whether nothing of it is left, with what it started."""
    try:
        os.killpg(pid, 0)
        return False
    except ProcessLookupError:
        return True


def say(answer):
    print(json.dumps(answer), flush=True)


main(sys.argv[1])
