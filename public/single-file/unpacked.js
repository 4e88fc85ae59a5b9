/** The bytes of a text that is base64 of gzip, as the one-file page holds its parts. */
async function unpacked(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const { readable, writable } = new DecompressionStream("gzip");
    const writer = writable.getWriter();
    writer.write(packed);
    writer.close();
    return new Uint8Array(await new Response(readable).arrayBuffer());
}
