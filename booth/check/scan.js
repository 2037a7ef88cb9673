// Reading a QR code: from the camera, or from a photo where the page may not use the camera (http://).
import jsQR from "jsqr";

// a photo has more pixels than a code needs; another size often reads what the first did not
const SIDES = [1000, 600, 1600];

/** The text of the code in a picture whose longer side is made `side` pixels long, null when there is none. */
function read(picture, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return jsQR(data, canvas.width, canvas.height)?.data ?? null;
}

/** The text of the code in a photo (a File), null when none is found. */
export async function fromPhoto(file) {
  try {
    const picture = await createImageBitmap(file);
    for (const side of SIDES) {
      const text = read(picture, picture.width, picture.height, side);
      if (text) return text;
    }
  } catch {
    // no picture at all
  }
  return null;
}

/** Whether this page may use a camera. */
export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Show the camera in `video` and call `found` with each code's text until it returns true or the returned function is called. */
export async function watch(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  const look = () => {
    if (!running) return;
    const text = video.videoWidth ? read(video, video.videoWidth, video.videoHeight, 800) : null;
    if (text && found(text)) stop();
    else setTimeout(look, 150);
  };
  look();
  return stop;
}
