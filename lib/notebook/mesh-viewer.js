/*
 * Runs in the page, not in Node: draws every element of the class `rr-mesh` that is not drawn yet (see `mesh.ts`). Turn the
 * face by dragging it or with the arrow keys; drag the ball in the corner to move the light. The shader is Eq. 3.
 */
(() => {
  const VERTEX = `attribute vec3 position, normal; attribute vec2 uv; varying vec3 n; varying vec2 t;
uniform mat3 turn; uniform vec2 scale;
void main() { vec3 p = turn * position; n = normal; t = uv;
  gl_Position = vec4(p.xy * scale, -p.z * 0.4, 1.0 - p.z * 0.1); }`;
  const FRAGMENT = `precision highp float; varying vec3 n; varying vec2 t;
uniform sampler2D albedo; uniform vec3 L[9]; uniform float lit, plain;
void main() { vec3 m = normalize(n); float x = m.x, y = m.y, z = m.z;
  vec3 s = 0.886227 * L[0] + 1.023327 * (L[1] * y + L[2] * z + L[3] * x)
    + 0.858086 * (L[4] * x * y + L[5] * y * z + L[7] * x * z)
    + 0.247708 * L[6] * (3.0 * z * z - 1.0) + 0.429043 * L[8] * (x * x - y * y);
  vec3 a = mix(texture2D(albedo, t).rgb, vec3(0.7), plain);
  gl_FragColor = vec4(a * mix(vec3(1.0), max(s, 0.0), lit), 1.0); }`;

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  /** The grid's triangles where all corners are on the face and none is stretched over a gap. */
  function triangles(positions, covered, side) {
    const out = [];
    const at = (i) => positions.subarray(3 * i, 3 * i + 3);
    const near = (i, j) => Math.hypot(...at(i).map((v, k) => v - at(j)[k])) < 0.2;
    for (let y = 0; y + 1 < side; y++) {
      for (let x = 0; x + 1 < side; x++) {
        const [a, b, c, d] = [0, 1, side, side + 1].map((step) => y * side + x + step);
        if (covered[a] && covered[c] && covered[d] && near(a, c) && near(c, d) && near(a, d))
          out.push(a, c, d);
        if (covered[a] && covered[d] && covered[b] && near(a, d) && near(d, b) && near(a, b))
          out.push(a, d, b);
      }
    }
    return Uint16Array.from(out);
  }

  function normals(positions, index) {
    const out = new Float32Array(positions.length);
    for (let i = 0; i < index.length; i += 3) {
      const [a, b, c] = [0, 1, 2].map((k) => positions.subarray(3 * index[i + k], 3 * index[i + k] + 3));
      const [u, v] = [b, c].map((p) => [p[0] - a[0], p[1] - a[1], p[2] - a[2]]);
      const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      for (let k = 0; k < 3; k++) for (let j = 0; j < 3; j++) out[3 * index[i + k] + j] += n[j];
    }
    return out;
  }

  /** A soft light from everywhere and one from a direction, as 9 bands of 3 colours. */
  function lightFrom([x, y, z]) {
    const Y = [0.282095, 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z,
      0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y)]; // biome-ignore format: nine bands
    const bands = Y.map((value, b) => 0.75 * value + (b === 0 ? 0.25 / 0.886227 : 0));
    return Float32Array.from(bands.flatMap((v) => [v, v, v]));
  }

  function mount(box) {
    const data = JSON.parse(box.querySelector("script[type='application/json']").textContent);
    const canvas = document.createElement("canvas");
    const gl = canvas.getContext("webgl", { alpha: true, antialias: true });
    if (!gl) return; // the picture stays
    const { side } = data;
    const packed = new Int16Array(bytes(data.positions).buffer);
    const positions = Float32Array.from(packed, (v) => (v / 32767) * data.extent);
    const index = triangles(positions, bytes(data.covered), side);
    const uv = Float32Array.from({ length: 2 * side * side }, (_, i) =>
      ((i % 2 ? Math.floor(i / 2 / side) : (i / 2 - 0) % side | 0) + 0.5) / side); // biome-ignore format: texels' centres

    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ]) {
      // biome-ignore format: two
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    for (const [name, values, size] of [
      ["position", positions, 3],
      ["normal", normals(positions, index), 3],
      ["uv", uv, 2],
    ]) {
      // biome-ignore format: three
      gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      const place = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, index, gl.STATIC_DRAW);
    gl.enable(gl.DEPTH_TEST);

    const place = (name) => gl.getUniformLocation(program, name);
    const state = { yaw: 0.35, pitch: 0.05, zoom: 1, lit: 1, plain: 0, own: true, sun: [-0.5, 0.4, 0.77] };
    const ball = document.createElement("canvas");
    const draw = () => {
      const size = Math.round(canvas.clientWidth * Math.min(window.devicePixelRatio || 1, 2)) || 1;
      if (canvas.width !== size) canvas.width = canvas.height = size;
      gl.viewport(0, 0, size, size);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      const [cy, sy, cp, sp] = [
        Math.cos(state.yaw),
        Math.sin(state.yaw),
        Math.cos(state.pitch),
        Math.sin(state.pitch),
      ];
      // Columns of the rotation: yaw about y, then pitch about x.
      gl.uniformMatrix3fv(place("turn"), false, [cy, sp * sy, -cp * sy, 0, cp, sp, sy, -sp * cy, cp * cy]);
      const k = (0.92 * state.zoom) / data.extent;
      gl.uniform2f(place("scale"), k, k);
      gl.uniform3fv(place("L"), state.own ? Float32Array.from(data.light) : lightFrom(state.sun));
      gl.uniform1f(place("lit"), state.lit);
      gl.uniform1f(place("plain"), state.plain);
      gl.drawElements(gl.TRIANGLES, index.length, gl.UNSIGNED_SHORT, 0);
      drawBall();
    };
    const drawBall = () => {
      const context = ball.getContext("2d");
      const r = ball.width / 2;
      context.clearRect(0, 0, 2 * r, 2 * r);
      const [x, y] = [r + 0.8 * r * state.sun[0], r - 0.8 * r * state.sun[1]];
      const shine = context.createRadialGradient(x, y, 0, x, y, 1.5 * r);
      shine.addColorStop(0, state.own ? "#bbb" : "#fff6d8");
      shine.addColorStop(1, "#444");
      context.fillStyle = shine;
      context.beginPath();
      context.arc(r, r, r - 1, 0, 7);
      context.fill();
    };

    const dragged = (element, move) => {
      element.style.touchAction = "none";
      let last = null;
      element.addEventListener("pointerdown", (e) => {
        last = [e.clientX, e.clientY];
        element.setPointerCapture(e.pointerId);
        move(e, 0, 0);
      });
      element.addEventListener("pointermove", (e) => {
        if (!last) return;
        move(e, e.clientX - last[0], e.clientY - last[1]);
        last = [e.clientX, e.clientY];
      });
      for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { last = null; }); // biome-ignore format: short
    };
    const clamp = (v, most) => Math.max(-most, Math.min(most, v));
    const orbit = (dx, dy) => {
      state.yaw = clamp(state.yaw + dx, 1.5);
      state.pitch = clamp(state.pitch + dy, 1);
      draw();
    };
    dragged(canvas, (_, dx, dy) => orbit(dx / 120, dy / 120));
    canvas.style.touchAction = "pan-y"; // a phone still scrolls past the face
    const sunTo = (x, y) => {
      const length = Math.max(1, Math.hypot(x, y));
      const [u, v] = [x / length, y / length];
      Object.assign(state, { own: false, lit: 1, sun: [u, v, Math.sqrt(Math.max(0, 1 - u * u - v * v))] });
      draw();
    };
    dragged(ball, (e) => {
      const { left, top, width } = ball.getBoundingClientRect();
      sunTo((2 * (e.clientX - left)) / width - 1, 1 - (2 * (e.clientY - top)) / width);
    });
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const keys = (element, move) =>
      element.addEventListener("keydown", (e) => {
        if (!arrows[e.key]) return;
        e.preventDefault();
        move(...arrows[e.key]);
      });
    keys(canvas, (x, y) => orbit(0.1 * x, 0.1 * y));
    keys(ball, (x, y) => sunTo(state.sun[0] + 0.1 * x, state.sun[1] - 0.1 * y));

    const picture = box.querySelector("img");
    const label = picture.alt;
    Object.assign(canvas.style, { width: "100%", aspectRatio: "1", display: "block", cursor: "grab" });
    Object.assign(ball, { width: 128, height: 128, tabIndex: 0, title: "Drag to move the light" });
    Object.assign(ball.style, {
      position: "absolute",
      right: "4px",
      top: "4px",
      width: "64px",
      height: "64px",
      cursor: "crosshair",
    });
    canvas.tabIndex = 0;
    for (const [element, text] of [
      [canvas, `${label}. Drag or arrow keys turn it.`],
      [ball, "Direction of the light; drag or arrow keys move it"],
    ]) {
      // biome-ignore format: two
      element.setAttribute("role", "application");
      element.setAttribute("aria-label", text);
    }
    const bar = document.createElement("div");
    Object.assign(bar.style, { display: "flex", flexWrap: "wrap", gap: "6px", marginTop: "6px" });
    const views = {
      "its light": { own: true, lit: 1, plain: 0 },
      "your light": { own: false, lit: 1, plain: 0 },
      "albedo": { lit: 0, plain: 0 }, // biome-ignore format: as the others
      "shape": { own: false, lit: 1, plain: 1 }, // biome-ignore format: as the others
    };
    for (const [name, view] of Object.entries(views)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.onclick = () => { Object.assign(state, view); draw(); }; // biome-ignore format: short
      bar.append(button);
    }
    picture.replaceWith(canvas);
    box.append(ball, bar);
    const texture = new Image();
    texture.onload = () => {
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, texture);
      for (const name of ["WRAP_S", "WRAP_T"])
        gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      new ResizeObserver(draw).observe(canvas);
      draw();
    };
    texture.src = data.albedo;
  }

  for (const box of document.querySelectorAll(".rr-mesh:not([data-mounted])")) {
    box.dataset.mounted = "";
    mount(box);
  }
})();
