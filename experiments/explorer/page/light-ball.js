/** A ball that shows where the light comes from; dragging on it moves the light. Its sliders do the same by keyboard. */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {(azimuth: number, elevation: number) => void} onMove degrees
 * @returns {(azimuth: number, elevation: number) => void} draws it again
 */
export function makeLightBall(canvas, onMove) {
  const context = canvas.getContext("2d");
  const side = canvas.width;
  const radius = side / 2 - 4;
  const picture = context?.createImageData(side, side);

  /** @param {PointerEvent} event */
  function move(event) {
    const box = canvas.getBoundingClientRect();
    let x = (2 * (event.clientX - box.left)) / box.width - 1;
    let y = 1 - (2 * (event.clientY - box.top)) / box.height;
    const length = Math.hypot(x, y);
    if (length > 0.999) [x, y] = [(0.999 * x) / length, (0.999 * y) / length];
    const z = Math.sqrt(1 - x * x - y * y);
    const degrees = 180 / Math.PI;
    onMove(Math.round(degrees * Math.atan2(x, z)), Math.round(degrees * Math.asin(y)));
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) move(event);
  });

  return (azimuth, elevation) => {
    if (!context || !picture) return;
    const [a, e] = [azimuth, elevation].map((angle) => (angle * Math.PI) / 180);
    const to = [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)];
    for (let p = 0; p < side * side; p++) {
      const x = ((p % side) + 0.5 - side / 2) / radius;
      const y = (side / 2 - Math.floor(p / side) - 0.5) / radius;
      const square = x * x + y * y;
      const z = Math.sqrt(Math.max(0, 1 - square));
      const shade = 40 + 200 * Math.max(0, x * to[0] + y * to[1] + z * to[2]);
      picture.data.set(square < 1 ? [shade, 0.96 * shade, 0.9 * shade, 255] : [0, 0, 0, 0], 4 * p);
    }
    context.putImageData(picture, 0, 0);
    // The place of the light; it is hollow if the light is behind the ball.
    context.beginPath();
    context.arc(side / 2 + 0.92 * radius * to[0], side / 2 - 0.92 * radius * to[1], 9, 0, 2 * Math.PI);
    context.lineWidth = 4;
    context.strokeStyle = "#0a58ca";
    context.fillStyle = "#ffffff";
    if (to[2] >= 0) context.fill();
    context.stroke();
    const hand = azimuth < 0 ? "left" : "right";
    const text = `The light comes from ${Math.abs(azimuth)}° to the ${hand}, ${elevation}° up`;
    canvas.setAttribute("aria-label", text);
  };
}
