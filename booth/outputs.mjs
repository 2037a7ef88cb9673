// What is built: file names in ../static/booth and how each is made.
export default [
  { make: async ({ bundle, style }) => ({ "voter.js": await bundle("voter/main.js", ["voter"]), "voter.css": await style("voter/voter.css") }) },
];
