/** The part of itk-vtk-viewer 14.51.0 that the page uses; the package ships no such types. */
declare namespace itkVtkViewer {
  interface MultiscaleImage {
    scaleInfo: { pixelArrayPath: string }[];
    /** Meant to be overridden ("Override me in a derived class"). Indices run c, x, y, z, t. */
    getChunksImpl(scale: number, cxyzt: number[][]): Promise<ArrayBuffer[]>;
  }
  interface Viewer {
    on(event: string, callback: (data: unknown) => void): void;
    setViewMode(mode: "XPlane" | "YPlane" | "ZPlane"): void;
    setXSlice(mm: number): void;
    setYSlice(mm: number): void;
    setZSlice(mm: number): void;
    setImageColorMap(name: string, component: number): void;
    setImageColorRangeBounds(range: [number, number], component: number): void;
    setImageColorRange(range: [number, number], component: number): void;
    setImageScale(level: number): void;
    getLoadedScale(): number;
    setAnnotationsEnabled(on: boolean): void;
    setUICollapsed(on: boolean): void;
    getViewProxy(): { resetCamera(): void; getCamera(): { setParallelScale(half: number): void } };
    render(): void;
  }
  const utils: {
    toMultiscaleSpatialImage(store: { getItem(key: string): Promise<ArrayBuffer> }): Promise<MultiscaleImage>;
  };
  function createViewer(element: HTMLElement, options: object): Promise<Viewer>;
}
